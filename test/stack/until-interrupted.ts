// A program for interrupt.test.ts: runs until it is interrupted, as `npm start` does.
import { catchInterrupt, untilAborted } from "../../stack/interrupt.ts";

const keepAlive = setInterval(() => {}, 60_000);
const interrupt = catchInterrupt();
console.log(process.pid);
await untilAborted(interrupt);
clearInterval(keepAlive);
