import { createGenerator } from "./records/generate.ts";
import { settleOptions } from "./records/options.ts";
import { userType } from "./records/user.ts";
const fields = userType.fields.map(f=>f.name);
const g=createGenerator(userType,{seed:42,fields,referenceDate:new Date("2026-01-01"),options:settleOptions(userType,{})});
let x=0; for(let i=0;i<2000000;i++) x+=g(i).length; console.log(x);
const N=300000;
for (const f of fields){const h=createGenerator(userType,{seed:42,fields:[f],referenceDate:new Date("2026-01-01"),options:settleOptions(userType,{})});for(let i=0;i<N;i++)x+=h(i).length;const a=process.cpuUsage();for(let i=0;i<N;i++)x+=h(i).length;const b=process.cpuUsage(a);console.log(f,((b.user+b.system)/N).toFixed(3),"us")}
