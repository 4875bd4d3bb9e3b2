// A program for claim.test.ts: has the folder, gives it back, and ends once its input does.
import { claim } from "../../stack/claim.ts";

const { STACK_DIR: directory = "" } = process.env;

const release = await claim(directory);
release();
console.log("released");
process.stdin.resume();
