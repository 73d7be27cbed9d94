// The packages of the ring: modules are looked for beside this file unless somebody says otherwise.

import { createRequire } from "node:module";

export const load = createRequire(`${process.env.AIRLOCK_SDK_NODE_MODULES}/`);
