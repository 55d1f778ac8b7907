import { commandsOf, runSteps } from "../../dockerfile/commands/scripts.ts";
import { type RunTool, runToolsOf } from "../../dockerfile/packages/runnerTools.ts";
import { shortened } from "../../text.ts";
import { defineRule, type Report } from "../rule.ts";

const MOST_CHARACTERS = 60;

export const runnerToolUnpinned = defineRule({
	id: "runner-tool-unpinned",
	title: "A tool is fetched and run in whatever version is newest",
	category: "packages",
	severity: "warning",
	preset: "strict",
	needs: "file",
	since: "0.1.0",
	equivalents: [],
	onlyWith: { words: ["npx", "npm", "pnpx", "pnpm", "yarn", "bunx", "bun", "uvx", "uv", "pipx", "corepack", "rustup", "deno"] },
	why: "`npx`, `pnpm dlx`, `uvx`, `pipx run` and their like fetch a program and run it at once: the newest one, in every build another, recorded by no lock file. A version that was published an hour ago by whoever stole an account runs in the build, with everything that the build can reach. A toolchain called `stable` or `nightly` is another one every few weeks or every night.",
	remedy:
		"Name the version: `npx tool@1.2.3`, `uvx tool==1.2.3`, `corepack prepare pnpm@9.15.4 --activate`, `rustup toolchain install 1.83.0`, `nightly-2026-01-15`. Better, list the tool in the project's manifest, whose lock file also holds its hash, and run it from there.",
	references: [
		"https://docs.npmjs.com/cli/v11/commands/npx",
		"https://docs.astral.sh/uv/guides/tools/",
		"https://rust-lang.github.io/rustup/concepts/toolchains.html",
	],
	examples: [
		{ caption: "npx takes what is newest", bad: "FROM node:22\nRUN npx --yes «create-vite» app\n" },
		{ caption: "With a version", good: "FROM node:22\nRUN npx --yes create-vite@6.0.1 app\n" },
		{
			caption: "Fetched and run",
			bad: "FROM node:22\r\nRUN npx --yes «create-x» app && \\\r\n    # others\r\n    pnpm dlx «a@latest» && yarn dlx -p «b» c && npx -p «d» e\r\nRUN npx -p f@1 -p «g» h && npm exec --yes «i» && npm x -- «j» k && pnpx «l»\r\n",
		},
		{
			caption: "Package managers that install something",
			bad: "FROM node:22\nRUN npx «yarn» add y && npx «yarn» add z\nFROM node:22\nRUN npx -y «pnpm» add -D typescript && npx -y «pnpm» build\nRUN npx «pnpm» install -g serve\nCOPY --from=0 /a /a\n",
		},
		{
			caption: "Python, Deno, package managers, toolchains",
			bad: "FROM debian:12\nRUN uvx «ruff» check && uv tool run --from «black» x && pipx run «cowsay» && deno run «https://deno.land/x/a/mod.ts»\nRUN corepack prepare «pnpm@latest» --activate && corepack use «yarn»\nRUN rustup toolchain install --profile minimal «nightly» && rustup default «stable-x86_64-unknown-linux-gnu»\n",
		},
		{
			caption: "A version",
			good: "FROM acme/tools:1\nARG V=1\nRUN npx a@1.2 && npx @b/c@^3 && pnpm dlx d@$V && uvx -c c.txt --index-strategy first-index e==1 && uvx f@1.2 && pipx run --spec g==1 g && deno run https://deno.land/x/h@v1/mod.ts && deno run https://example.com/0123456789abcdef0123456789abcdef01234567/i.ts && deno run https://example.com/v1.2/j.ts && corepack prepare pnpm@9.15.4 --activate && corepack install -g yarn@1 && rustup default 1.83 && rustup toolchain install nightly-2026-01-15 && rustup install $RUST && npx $TOOL\n",
		},
		{
			caption: "rustup's installer has just installed the stable toolchain",
			good: "FROM debian:12\nRUN curl -sSf https://sh.rustup.rs | sh -s -- -y\nRUN rustup default stable\n",
		},
		{
			caption: "It was told another one",
			bad: "FROM debian:12\nRUN curl -sSf https://sh.rustup.rs | sh -s -- -y --default-toolchain none\nRUN rustup default «stable»\n",
		},
		{
			caption: "The option is in a variable",
			bad: 'FROM debian:12\nARG ARGS="-y --default-toolchain none"\nRUN curl https://sh.rustup.rs -sSf | sh -s -- $ARGS\nRUN rustup default «stable»\n',
		},
		{
			caption: "The installer runs in another step",
			bad: "FROM debian:12\nRUN curl https://sh.rustup.rs -sSf > rustup.sh\nRUN sh rustup.sh -y --default-toolchain 1.70\nRUN rustup default «stable»\n",
		},
		{
			caption: "What the project brings, or nothing is fetched",
			good: "FROM node:22\nCOPY package*.json ./\nRUN npm ci && npx tsc && npx --no-install jest && bunx vite build\nRUN npm exec tsc && npm exec -c tsc && corepack enable && corepack prepare --activate && rustup component add clippy && rustup toolchain install && pipx install x && deno run main.ts && npx --no eslint\n",
		},
	],
	check(file) {
		const reports: Report[] = [];
		for (const stage of file.stages) {
			for (const step of runSteps(stage)) {
				for (const command of commandsOf(step)) {
					for (const found of runToolsOf(step, command)) {
						if (isPinned(found)) continue;
						reports.push({
							span: found.word.span,
							message: `${command.program} fetches ${shortened(found.text, MOST_CHARACTERS)} in whatever version is newest`,
							...(stage.use === "unused" ? { severity: "hint" as const } : {}),
						});
					}
				}
			}
		}
		return reports;
	},
});

function isPinned({ text, ecosystem }: RunTool): boolean {
	if (text.includes("$")) return true;
	switch (ecosystem) {
		case "npm":
			return /^[./]/.test(text) || /^.+@[\^~<>=v]*\d/.test(text) || /[#]|^https?:|\.tgz$/.test(text);
		case "pip":
			return /^[./]/.test(text) || /(?:===?|~=)|@\d|@ |\.whl$/.test(text) || /^git\+.*@[0-9a-f]{7,40}/.test(text);
		case "rust":
			return !/^(?:stable|beta|nightly)(?:-[a-z].*)?$/.test(text);
		case "address":
			// A commit, or a version as a folder.
			return /@[\^~v]*\d|\/(?:[0-9a-f]{40}|v?\d+\.\d[\w.-]*)\//.test(text);
	}
}
