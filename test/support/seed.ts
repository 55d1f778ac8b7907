import { configureGlobal } from "fast-check";

// The same inputs in every run, so that a failure is the change's own; `HULLGUARD_TEST_SEED` looks at others.
configureGlobal({ seed: Number(process.env["HULLGUARD_TEST_SEED"] ?? 20261) });
