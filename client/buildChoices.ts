import { commands, type Uri, window } from "vscode";
import { BUILD_FACTS, type BuildChoices, type BuildFacts } from "../server/protocol.ts";
import { askAll } from "./pick.ts";
import type { Services } from "./services.ts";

/** Before a Dockerfile's address: the choices of its last build. */
const BUILD_KEY = "build:";

function choiceKey(uri: Uri): string {
	return `${BUILD_KEY}${uri.toString()}`;
}

/** Says whether there was a build in this workspace: commands that repeat one are shown then. */
export function showLastBuild({ context }: Services): void {
	const built = context.workspaceState.keys().some((key) => key.startsWith(BUILD_KEY));
	void commands.executeCommand("setContext", "hullguard.hasLastBuild", built);
}

/** Keeps the choices of a build for the next one of the same file. */
export async function rememberBuild({ context }: Services, uri: Uri, choices: BuildChoices): Promise<void> {
	await context.workspaceState.update(choiceKey(uri), choices);
	await commands.executeCommand("setContext", "hullguard.hasLastBuild", true);
}

/**
 * The choices of the last build of this file; without one the facts of the file, or what the user answers where `always` asks.
 * Undefined if the user went away.
 */
export async function buildChoices({ connection, context }: Services, uri: Uri, always: boolean): Promise<BuildChoices | undefined> {
	const last = context.workspaceState.get<BuildChoices>(choiceKey(uri));
	if (!always && last !== undefined) return last;
	const facts = await connection.ask(BUILD_FACTS, { uri: uri.toString() });
	if (!always) return { context: facts.context, tag: facts.tag };
	return askBuildChoices(facts, last);
}

async function askBuildChoices(facts: BuildFacts, last: BuildChoices | undefined): Promise<BuildChoices | undefined> {
	const profiles = Object.entries(facts.profiles);
	const start: BuildChoices = last ?? { context: facts.context, tag: facts.tag };
	type Answers = { readonly choices: BuildChoices; readonly profile: boolean; readonly wanted: readonly string[] };
	const required = facts.args.filter((argument) => argument.default === undefined).map((argument) => argument.name);
	const answers = await askAll<Answers>("Build Image", { choices: start, profile: false, wanted: [] }, [
		{
			kind: "pick",
			placeholder: "Profile",
			items: () =>
				profiles.length === 0
					? []
					: [
							{ value: "", label: "Choose now" },
							...profiles.map(([name, profile]) => ({ value: name, label: name, description: profile.tag ?? "" })),
						],
			take: (before, [name]) =>
				name === undefined || name === "" ? before : { ...before, choices: { ...facts.profiles[name] }, profile: true },
		},
		{
			kind: "pick",
			placeholder: "Target stage",
			items: (before) =>
				before.profile
					? []
					: facts.targets.map((target) => ({
							value: target.name,
							label: target.name === "" ? "The last stage" : target.name,
							description: target.description,
							picked: target.name === before.choices.target,
						})),
			take: (before, [target]) => ({
				...before,
				choices: { ...before.choices, ...(target === undefined || target === "" ? {} : { target }) },
			}),
		},
		{
			kind: "input",
			prompt: "Name of the image",
			skip: (before) => before.profile,
			value: (before) => before.choices.tag ?? facts.tag,
			validate: (text) => (text.trim() === "" ? "The image needs a name" : undefined),
			take: (before, tag) => ({ ...before, choices: { ...before.choices, tag: tag.trim() } }),
		},
		{
			kind: "pick",
			placeholder: "Build arguments to set",
			many: true,
			items: (before) =>
				before.profile
					? []
					: facts.args.map((argument) => ({
							value: argument.name,
							label: argument.name,
							description: argument.default ?? "no default",
							picked: required.includes(argument.name),
						})),
			take: (before, wanted) => ({ ...before, wanted }),
		},
		{
			kind: "pick",
			placeholder: "Where to",
			items: (before) =>
				before.profile
					? []
					: [
							{ value: "load", label: "This machine" },
							{ value: "push", label: "Push to the registry", description: before.choices.tag ?? "" },
						],
			take: (before, [where]) => ({ ...before, choices: { ...before.choices, push: where === "push" } }),
		},
	]);
	if (answers === undefined) return undefined;
	const args: Record<string, string> = {};
	for (const name of answers.wanted) {
		const value = await window.showInputBox({
			title: "Build Image",
			prompt: `Value of ${name}`,
			value: answers.choices.args?.[name] ?? facts.args.find((argument) => argument.name === name)?.default ?? "",
			ignoreFocusOut: true,
		});
		if (value === undefined) return undefined;
		args[name] = value;
	}
	return { ...answers.choices, ...(answers.profile ? {} : { args }) };
}
