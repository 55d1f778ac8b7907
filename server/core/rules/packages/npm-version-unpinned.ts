import { commandsOf, runSteps } from "../../dockerfile/commands/scripts.ts";
import { namedInstallOf } from "../../dockerfile/packages/languagePackages.ts";
import { unpinnedMessage } from "../../dockerfile/packages/versionPins.ts";
import { shortened } from "../../text.ts";
import { NODE_MANAGER_WORDS } from "../needs.ts";
import { defineRule, type Report, same, similar } from "../rule.ts";

export const npmVersionUnpinned = defineRule({
	id: "npm-version-unpinned",
	title: "npm installs whatever version is newest",
	category: "packages",
	severity: "warning",
	preset: "strict",
	needs: "file",
	since: "0.1.0",
	equivalents: [
		...same(["hadolint", "DL3016"], ["kics", "e36d8880-3f78-4546-b9a1-12f0745ca0d5"]),
		...similar(["scorecard", "npmCommand"], ["droast", "DF031"]),
	],
	onlyWith: { words: NODE_MANAGER_WORDS },
	why: "A package that is installed by name alone, or by a tag such as `latest`, is another one in every build, and no lock file records which. What was tested is not what is shipped, and a version that was published an hour ago by whoever stole an account runs its scripts in the build at once.",
	remedy: "Name the version: `npm install --global pnpm@9.15.4`; or put the tool into `package.json`, whose lock file also holds its hash.",
	references: ["https://docs.npmjs.com/cli/v11/commands/npm-install", "https://docs.npmjs.com/cli/v11/using-npm/package-spec"],
	examples: [
		{ caption: "A name alone", bad: "FROM node:22\nRUN npm install -g «pnpm»\n" },
		{ caption: "With a version", good: "FROM node:22\nRUN npm install -g pnpm@9.15.4\n" },
		{
			caption: "By name alone, or by a tag",
			bad: "FROM node:22\nRUN npm install -g «pnpm» yarn@1.22.22 && npm i --prefix /x «npm@latest» @scope/a@next && yarn global add «@scope/b» && pnpm add -g «c» && bun add «d»\n",
		},
		{
			caption: "Repositories without a commit or tag; Windows line breaks",
			bad: "FROM node:22\r\nRUN npm install --registry https://example.com \\\r\n    # one\r\n    «user/repository» \\\r\n    git+https://example.com/a.git#v1 b@github:user/b\r\n",
		},
		{
			caption: "Versions and ranges",
			good: "FROM node:22\nARG V=1\nRUN npm i a@1 @b/c@2.3.4 d@^5 e@$V f@${UNKNOWN} g@npm:h@1 user/i#v2 l@github:m/n#0123456 git-cz@4.9.0 && yarn add j@1 && npm i 'k@>=1'\n",
		},
		{ caption: "A tag, which moves", bad: "FROM node:22\nRUN npm install -g «elm@latest-0.19.1»\n" },
		{
			caption: "The manifest, files, folders, nobody knows",
			good: "FROM node:22\nRUN npm install && npm ci && yarn && npm i -g . && npm i ./a b.tgz /c https://example.com/d.tgz file:e f@file:../f g/h/i $PACKAGES && npm update && npm run x && pnpm add j@workspace:* && npm i --os linux --location global k@1 --legacy-peer-deps true\n",
		},
	],
	check(file) {
		const reports: Report[] = [];
		for (const stage of file.stages) {
			for (const step of runSteps(stage)) {
				for (const command of commandsOf(step)) {
					const install = namedInstallOf(step, command);
					if (install?.ecosystem !== "npm") continue;
					const open = install.packages.filter(({ text }) => !isPinned(text));
					const first = open[0];
					if (first === undefined) continue;
					reports.push({
						span: first.word.span,
						message: messageOf(open.map(({ text }) => text)),
						...(stage.use === "unused" ? { severity: "hint" as const } : {}),
					});
				}
			}
		}
		return reports;
	},
});

/** A single package that is taken by a tag has a version, if another one each month. */
function messageOf(names: readonly string[]): string {
	const [, name, tag] = /^(.[^@]*)@([a-z][\w.-]*)$/i.exec(names[0] ?? "") ?? [];
	if (names.length > 1 || name === undefined || tag === undefined) return unpinnedMessage(names);
	return `${shortened(name, 40)} is taken at the tag ${shortened(tag, 30)}, which moves`;
}

/** Archives and folders hold one version. A path of three parts is no repository. */
const LOCAL = /^(?:[./~]|file:|link:|workspace:|portal:)|^[A-Za-z]:\\|\.(?:tgz|tar\.gz|tar)$|^[^@/\s:]+\/[^/:]+\/[^:]+$/;
const REPOSITORY = /^(?:git[+:]|github:|gitlab:|bitbucket:|gist:|git@[^:]+:|ssh:)|^[\w.-]+\/[\w.${}-]+(?:#|$)/;

/** Source: npm-package-spec. `@scope/name@version`, where the version may be an address or a path; `user/repository#ref`. */
function isPinned(text: string): boolean {
	if (LOCAL.test(text)) return true;
	if (REPOSITORY.test(text)) return text.includes("#");
	if (text.includes("://")) return true;
	const at = text.indexOf("@", 1);
	if (at === -1) return text.includes("$");
	const version = text.slice(at + 1);
	if (LOCAL.test(version) || REPOSITORY.test(version)) return isPinned(version);
	return /^(?:npm:.*@)?[\^~<>=v\s]*[\dx*$]/.test(version) || version.includes("$");
}
