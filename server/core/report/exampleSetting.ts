import type { Example } from "../rules/rule.ts";
import type { ContextFile, WorkspaceFacts } from "../rules/workspaceFacts.ts";

/** A part of what an example takes for granted: a sentence without its full stop, or what stands over a text. */
export interface SettingPart {
	readonly heading: string;
	readonly text?: string;
}

/** What an example takes for granted, for people: the rule's options, and what lies around the Dockerfile. Empty for most. */
export function settingOf({ options, workspace }: Example): readonly SettingPart[] {
	return [...(options === undefined ? [] : [{ heading: "With these options", text: optionText(options) }]), ...workspaceParts(workspace)];
}

/** Options as they stand below their rule in `hullguard.yaml`, a line each. */
export function optionText(options: NonNullable<Example["options"]>): string {
	return Object.entries(options)
		.map(([name, value]) => `${name}: ${JSON.stringify(value)}`)
		.join("\n");
}

function workspaceParts({ dockerignore, contextEntries, contextFiles, today }: Partial<WorkspaceFacts> = {}): readonly SettingPart[] {
	const files = [...(contextFiles ?? [])];
	return [
		...(dockerignore === undefined ? [] : ignoreFileParts(dockerignore)),
		...(contextEntries === undefined ? [] : [{ heading: `The build context has ${listed(contextEntries)}` }]),
		...files.flatMap(([name, file]) =>
			file.text === undefined || isBinary(file.text) ? [] : [{ heading: headingOf(name, file), text: file.text }],
		),
		...files.flatMap(([name, { kind }]) => (kind === "file" ? [] : [{ heading: `\`${name}\` ${PLACES[kind]}` }])),
		...(today === undefined ? [] : [{ heading: `On ${today}` }]),
	];
}

function ignoreFileParts(file: WorkspaceFacts["dockerignore"]): readonly SettingPart[] {
	if (file.kind === "unknown") return [];
	if (file.kind === "absent") return [{ heading: "There is no `.dockerignore`" }];
	return file.text.trim() === "" ? [{ heading: "`.dockerignore` is empty" }] : [{ heading: "`.dockerignore`", text: file.text }];
}

function headingOf(name: string, { executable }: ContextFile): string {
	return `\`${name}\`${executable === undefined ? "" : executable ? ", executable" : ", not executable"}`;
}

const PLACES = { folder: "is a folder", absent: "is not there" } as const;

function listed(names: readonly string[]): string {
	return names.map((name) => `\`${name}\``).join(", ");
}

function isBinary(text: string): boolean {
	return text.includes("\0");
}
