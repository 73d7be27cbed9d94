// Prints what Google's CSP Evaluator finds in a content security policy, as JSON.
//
// Argument: the policy. The evaluator is looked for in the folder that `AIRLOCK_JUDGES` names.

import { createRequire } from "node:module";

const load = createRequire(`${process.env.AIRLOCK_JUDGES}/`);
const { CspEvaluator } = load("csp_evaluator");
const { CspParser } = load("csp_evaluator/dist/parser.js");

const { csp } = new CspParser(process.argv[2]);
const findings = new CspEvaluator(csp).evaluate();
console.log(
  JSON.stringify(findings.map(({ severity, directive, description }) => ({ severity, directive, description }))),
);
