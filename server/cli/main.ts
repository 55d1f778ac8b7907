import type { CommandFunctions } from "./run.ts";
import { startCommandLine } from "./start.ts";

/** All commands but those of mainLint.ts. A command's code is run when it is called, and no other's. */
const FUNCTIONS: CommandFunctions = {
	"image digest": async () => (await import("./image.ts")).imageDigestCommand,
	"image inspect": async () => (await import("./image.ts")).imageInspectCommand,
	"image tags": async () => (await import("./image.ts")).imageTagsCommand,
	"config show": async () => (await import("./config.ts")).configShowCommand,
	"config import": async () => (await import("./config.ts")).configImportCommand,
	"config dockerignore": async () => (await import("./config.ts")).configDockerignoreCommand,
	rules: async () => (await import("./rules.ts")).rulesCommand,
	explain: async () => (await import("./rules.ts")).explainCommand,
	parse: async () => (await import("./parse.ts")).parseCommand,
	pin: async () => (await import("./pin.ts")).pinCommand,
	build: async () => (await import("./build.ts")).buildCommand,
	scan: async () => (await import("./scan.ts")).scanCommand,
	sbom: async () => (await import("./sbom.ts")).sbomCommand,
	"vex create": async () => (await import("./vex.ts")).vexCreateCommand,
	"tools check": async () => (await import("./tools.ts")).toolsCheckCommand,
	lsp: async () => (await import("./lsp.ts")).lspCommand,
};

startCommandLine(FUNCTIONS);
