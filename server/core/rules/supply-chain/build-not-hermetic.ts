import { commandsOf, runSteps } from "../../dockerfile/commands/scripts.ts";
import { addFlags } from "../../dockerfile/edits/layoutEdit.ts";
import type { Step } from "../../dockerfile/model/model.ts";
import { hasModuleCache, isVendored } from "../../dockerfile/packages/goModules.ts";
import { didBefore } from "../../dockerfile/packages/lockFiles.ts";
import { packageCallOf } from "../../dockerfile/packages/packageCalls.ts";
import { TEST_PROGRAMS } from "../../knowledge/plainPrograms.ts";
import type { ShellCommand } from "../../shell/model.ts";
import { defineRule, type Report, similar } from "../rule.ts";

/** Commands that need no network, whatever they are given. */
const LOCAL = new Set([
	...TEST_PROGRAMS,
	"cd",
	"mkdir",
	"cp",
	"mv",
	"rm",
	"ln",
	"chmod",
	"chown",
	"install",
	"strip",
	"echo",
	"export",
	"set",
	"true",
	"touch",
	"find",
	"sed",
]);

export const buildNotHermetic = defineRule({
	id: "build-not-hermetic",
	title: "A build that needs no network has one",
	category: "supply-chain",
	severity: "hint",
	preset: "opt-in",
	needs: "file",
	since: "0.1.0",
	equivalents: similar(["tally", "ruby/prefer-network-none-install"]),
	onlyWith: { words: ["go", "cargo", "mvn", "mvnw"] },
	why: "What was fetched with a lock file is compiled in a later step that could still reach the network: a build script or a plugin can fetch something that no lock file knows, or send away what it finds. Without a network the step can only use what is there, and is the same tomorrow.",
	remedy:
		"Fetch in one RUN and build in the next one with `RUN --network=none`. It is the strictest test that nothing is missing from the lock file.",
	references: ["https://docs.docker.com/reference/dockerfile/#run---network", "https://slsa.dev/spec/v0.1/requirements#hermetic"],
	examples: [
		{
			caption: "The modules are there",
			bad: "FROM golang:1.23\nCOPY go.mod go.sum ./\nRUN go mod download\nCOPY . .\n«RUN» go build -o /app\n",
			fixed: "FROM golang:1.23\nCOPY go.mod go.sum ./\nRUN go mod download\nCOPY . .\nRUN --network=none go build -o /app\n",
		},
		{
			caption: "Without a network",
			good: "FROM golang:1.23\nCOPY go.mod go.sum ./\nRUN go mod download\nCOPY . .\nRUN --network=none go build -o /app\n",
		},
		{
			caption: "The dependencies are there",
			bad: "FROM golang:1.23\nCOPY go.mod go.sum ./\nRUN go mod download\nCOPY . .\n«RUN» --mount=type=cache,target=/root/.cache go build -o /a && strip /a\nFROM rust:1.83\nCOPY . .\nRUN cargo fetch --locked\n«RUN» cargo build --frozen --release\nFROM maven:3.9\nCOPY . .\n«RUN» mvn -o package\nCOPY --from=0 /a /a\nCOPY --from=1 /a /a\n",
			fixed:
				"FROM golang:1.23\nCOPY go.mod go.sum ./\nRUN go mod download\nCOPY . .\nRUN --mount=type=cache,target=/root/.cache --network=none go build -o /a && strip /a\nFROM rust:1.83\nCOPY . .\nRUN cargo fetch --locked\nRUN --network=none cargo build --frozen --release\nFROM maven:3.9\nCOPY . .\nRUN --network=none mvn -o package\nCOPY --from=0 /a /a\nCOPY --from=1 /a /a\n",
		},
		{
			caption: "Vendored modules",
			bad: "FROM golang:1.23\nCOPY . .\n«RUN» go build -mod=vendor -o /a\n",
			fixed: "FROM golang:1.23\nCOPY . .\nRUN --network=none go build -mod=vendor -o /a\n",
		},
		{
			caption: "A flag on each line",
			bad: "FROM golang:1.23\nCOPY . .\n«RUN» --mount=type=cache,target=/root/.cache \\\n    --mount=type=tmpfs,target=/tmp \\\n    go build -mod=vendor -o /a\n",
			fixed:
				"FROM golang:1.23\nCOPY . .\nRUN --mount=type=cache,target=/root/.cache \\\n    --mount=type=tmpfs,target=/tmp \\\n    --network=none \\\n    go build -mod=vendor -o /a\n",
		},
		{
			caption: "For child images; and other caches than that of the modules",
			bad: "FROM golang:1.23 AS a\nONBUILD «RUN» --mount=type=cache,target=/root/.cache \\\n    go build -mod=vendor -o /a\nFROM golang:1.23\nRUN go mod download\n«RUN» --mount=type=cache,target=/root/.cache/go --mount=type=cache,target=/src/pkg go build -o /a\nCOPY --from=a /a /a\n",
			fixed:
				"FROM golang:1.23 AS a\nONBUILD RUN --mount=type=cache,target=/root/.cache --network=none \\\n    go build -mod=vendor -o /a\nFROM golang:1.23\nRUN go mod download\nRUN --mount=type=cache,target=/root/.cache/go --mount=type=cache,target=/src/pkg --network=none go build -o /a\nCOPY --from=a /a /a\n",
		},
		{
			caption: "A cache mount may be empty where the step that fills it is cached",
			good: "FROM golang:1.23\nRUN --mount=type=cache,target=/go/pkg/mod go mod download\nRUN --mount=type=cache,target=/go/pkg/mod go build -o /a\nFROM golang:1.23\nRUN go mod download\nRUN --mount=type=cache,target=/go go build -o /a\nFROM golang:1.23\nENV GOMODCACHE=/m\nRUN go mod download\nRUN --mount=type=cache,target=/m go build -o /a\nCOPY --from=0 /a /a\nCOPY --from=1 /a /a\n",
		},
		{
			caption: "So may one on a folder of the module cache",
			good: "FROM golang:1.22 AS a\nENV GOPATH=/go\nCOPY go.mod go.sum ./\nRUN --mount=type=cache,target=/go/pkg/mod/cache go mod download\nCOPY . .\nRUN --mount=type=cache,target=/go/pkg/mod/cache go build -o /a\nFROM golang:1.22\nCOPY go.mod go.sum ./\nRUN --mount=type=cache,target=$GOPATH/pkg/mod/cache/download go mod download\nCOPY . .\nRUN go build -o /b\nCOPY --from=a /a /a\n",
		},
		{
			caption: "Something may still be fetched",
			good: "FROM golang:1.23\nCOPY . .\nRUN go build\nRUN go mod download && go build\nRUN --network=none go build\nFROM golang:1.23\nCOPY go.mod go.sum ./\nRUN go mod download\nRUN go build && curl https://a.b\nFROM golang:1.23\nRUN --mount=type=cache,target=/go/pkg/mod go mod download\nRUN go build\nRUN go install example.com/x@v1\nFROM rust:1.83\nRUN cargo build\nRUN make\nCOPY --from=0 /a /a\nCOPY --from=1 /a /a\nCOPY --from=2 /a /a\n",
		},
	],
	check(file) {
		const reports: Report[] = [];
		for (const stage of file.stages) {
			if (stage.use === "unused") continue;
			for (const step of runSteps(stage)) {
				if (step.flags.some((flag) => flag.name === "network") || step.heredocs.length > 0 || !isLocalBuild(step)) continue;
				reports.push({
					span: step.keywordSpan,
					message: "No step needs the network, and the build has it",
					fixes: () => [
						{
							title: "Build without a network",
							safety: "review",
							edits: [addFlags(file, step, ["--network=none"])],
							note: "It fails where something is still fetched.",
						},
					],
				});
			}
		}
		return reports;
	},
});

function isLocalBuild(step: Step): boolean {
	const commands = commandsOf(step);
	return (
		commands.some((command) => builds(step, command)) &&
		commands.every((command) => LOCAL.has(command.program ?? "") || command.name === undefined || builds(step, command))
	);
}

/** Whether a command compiles what is there: offline by its options, or behind a step that fetched all there is. */
function builds(step: Step, command: ShellCommand): boolean {
	const words = command.args.map((word) => word.text);
	switch (command.program) {
		case "go":
			if (!["build", "vet", "test"].includes(words[0] ?? "") || words.some((word) => word.includes("@"))) return false;
			return (
				words.includes("-mod=vendor") ||
				isVendored(step) ||
				(!hasModuleCache(step) && didBefore(step, command, leavesModules) && !commandsOf(step).some((other) => fetchesModules(other)))
			);
		case "cargo":
			return words.includes("--offline") || words.includes("--frozen");
		case "mvn":
		case "mvnw": {
			const call = packageCallOf(command);
			return call?.options.some(({ name }) => name === "-o" || name === "--offline") ?? false;
		}
		default:
			return false;
	}
}

function fetchesModules({ program, args }: ShellCommand): boolean {
	return program === "go" && args[0]?.value === "mod" && args[1]?.value === "download" && args.length === 2;
}

/** Whether what a command fetches is in the layer, and not on a cache mount. */
function leavesModules(command: ShellCommand, step: Step): boolean {
	return fetchesModules(command) && !hasModuleCache(step);
}
