// For interrupted-tests.test.ts: exits when a program has been started, and before the start is known to have worked.
import { launch } from "../../stack/launch.ts";
import { shellService } from "./fake-service.ts";

const { STACK_DIR: directory = "", MARK: mark = "" } = process.env;

void launch(shellService("postgres", `echo ${mark}; while :; do sleep 1; done`), `${directory}/postgres.log`);
process.exit(3);
