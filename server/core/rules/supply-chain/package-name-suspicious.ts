import { runSteps } from "../../dockerfile/commands/scripts.ts";
import { replace } from "../../dockerfile/edits/edit.ts";
import { type PackageCall, packageCallsOf } from "../../dockerfile/packages/packageCalls.ts";
import { POPULAR_NPM, POPULAR_PYPI, type PopularPackages } from "../../knowledge/popularPackages.ts";
import { editDistance } from "../../nearest.ts";
import type { ShellWord } from "../../shell/model.ts";
import { NODE_MANAGER_WORDS } from "../needs.ts";
import { defineRule, type Report } from "../rule.ts";

const REGISTRIES: Readonly<Record<string, PopularPackages>> = {
	npm: POPULAR_NPM,
	yarn: POPULAR_NPM,
	pnpm: POPULAR_NPM,
	bun: POPULAR_NPM,
	pip: POPULAR_PYPI,
	uv: POPULAR_PYPI,
	poetry: POPULAR_PYPI,
	pipenv: POPULAR_PYPI,
};

export const packageNameSuspicious = defineRule({
	id: "package-name-suspicious",
	title: "The name of a package is nearly that of a popular one",
	category: "supply-chain",
	severity: "info",
	preset: "opt-in",
	needs: "file",
	since: "0.1.0",
	equivalents: [],
	onlyWith: { words: [...NODE_MANAGER_WORDS, "pip", "uv", "poetry", "pipenv"] },
	why: "Anybody may publish under a name that nobody has taken: `requsts`, `crossenv`, `colourama`. Such packages wait for the slip of a finger, and run what they like while they are installed. Most are removed in the end; the name can come back.",
	remedy: "Write the name that was meant. If the package is what was meant, suppress the finding with the reason.",
	references: [
		"https://owasp.org/www-project-top-10-ci-cd-security-risks/CICD-SEC-03-Dependency-Chain-Abuse",
		"https://blog.npmjs.org/post/163723642530/crossenv-malware-on-the-npm-registry",
	],
	examples: [
		{
			caption: "A letter too few",
			bad: "FROM python:3.12\nRUN pip install «requsts»==2.32.3\n",
			fixed: "FROM python:3.12\nRUN pip install requests==2.32.3\n",
		},
		{ caption: "What was meant", good: "FROM python:3.12\nRUN pip install requests==2.32.3\n" },
		{
			caption: "A letter too few, a letter else, a known imitation",
			bad: "FROM python:3.12\nRUN pip install «requsts»==2.32 «colourama» 'numpy>1' && npm install -g «crossenv» «typescrpt»@5\n",
			fixed: "FROM python:3.12\nRUN pip install requests==2.32 colorama 'numpy>1' && npm install -g cross-env typescript@5\n",
		},
		{
			caption: "What was meant, and honest neighbours",
			good: "FROM python:3.12\nRUN pip install requests Django PyYAML scikit_learn jeepney -r requirements.txt && npm i -g tslint @acme/lodahs eslint cross-env lodash.get && npm ci && pip uninstall requsts && pip install ./requsts\n",
		},
	],
	check(file) {
		const reports: Report[] = [];
		for (const stage of file.stages) {
			for (const step of runSteps(stage)) {
				for (const call of packageCallsOf(step)) {
					const popular = call.kind === "install" && !call.uncertain ? REGISTRIES[call.manager] : undefined;
					if (popular === undefined) continue;
					for (const word of namesOf(call)) {
						const name = /^[A-Za-z][\w.-]*[A-Za-z0-9]/.exec(word.value ?? "")?.[0];
						const rest = word.value?.slice(name?.length ?? 0) ?? "";
						const meant = name === undefined || /^[/:]/.test(rest) ? undefined : meantBy(name, popular);
						if (name === undefined || meant === undefined) continue;
						const inPlace = word.text.startsWith(name) && word.span.end - word.span.start === word.text.length;
						const span = inPlace ? { start: word.span.start, end: word.span.start + name.length } : word.span;
						reports.push({
							span,
							message: `${name.slice(0, 40)} is nearly called ${meant}, a popular package`,
							fixes:
								inPlace && !call.command.decoded ? [{ title: `Install ${meant}`, safety: "review", edits: [replace(span, meant)] }] : [],
						});
					}
				}
			}
		}
		return reports;
	},
});

function namesOf(call: PackageCall): readonly ShellWord[] {
	return call.manager === "uv" && call.verb === "pip" ? call.operands.slice(1) : call.operands;
}

function meantBy(name: string, popular: PopularPackages): string | undefined {
	const plain = name.toLowerCase().replaceAll("_", "-");
	if (Object.hasOwn(popular.imitations, plain)) return popular.imitations[plain];
	if (plain.length < 6 || popular.names.includes(plain) || popular.neighbours.includes(plain)) return undefined;
	return popular.names.find((candidate) => editDistance(plain, candidate, 2) === 1);
}
