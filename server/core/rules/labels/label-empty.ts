import type { Step } from "../../dockerfile/model/model.ts";
import { labelsOf } from "../../dockerfile/variables/labels.ts";
import { declarationAt, expandAt } from "../../dockerfile/variables/variables.ts";
import { OCI_LABEL_ARGUMENTS, OCI_LABEL_PREFIX } from "../../knowledge/ociLabels.ts";
import { shortened } from "../../text.ts";
import { defineRule, type Report, same } from "../rule.ts";

const OCI_KEYS: ReadonlySet<string> = new Set(Object.keys(OCI_LABEL_ARGUMENTS).map((key) => OCI_LABEL_PREFIX + key));

export const labelEmpty = defineRule({
	id: "label-empty",
	title: "A label has no value",
	category: "labels",
	severity: "warning",
	preset: "opt-in",
	needs: "file",
	since: "0.1.0",
	equivalents: same(["hadolint", "DL3051"]),
	onlyWith: { instructions: ["LABEL"] },
	why: "A label that is there and says nothing passes every check that only asks whether it is there, and helps nobody who looks for the commit, the licence or the address.",
	remedy:
		"Give it a value, or leave it out. An ARG without a default is empty in every build that does not pass it: `ARG GIT_COMMIT=unknown` says so openly.",
	references: ["https://specs.opencontainers.org/image-spec/annotations/"],
	options: [{ name: "labels", description: "Further keys to look at besides those of the OCI specification.", default: [] }],
	examples: [
		{ caption: "Nothing between the quotes", bad: 'FROM debian:12\nLABEL «org.opencontainers.image.title=""»\n' },
		{ caption: "A value", good: 'FROM debian:12\nLABEL org.opencontainers.image.title="App"\n' },
		{
			caption: "Nothing, in any spelling",
			bad: "FROM debian:12\nLABEL «org.opencontainers.image.title=\"\"» «org.opencontainers.image.url=''» «team=»\n",
			options: { labels: ["team"] },
		},
		{
			caption: "Nothing unless the build passes it",
			bad: 'FROM debian:12\nARG V\nARG W=\nLABEL «org.opencontainers.image.version="$V"» «org.opencontainers.image.url=${W:-}»\n',
		},
		{
			caption: "Handed on by ENV, nothing unless the build passes it",
			bad: "FROM debian:12\nARG VERSION=\nENV VERSION=${VERSION}\nENV APP_VERSION=$VERSION\nLABEL «org.opencontainers.image.version=${VERSION}» «org.opencontainers.image.title=$APP_VERSION»\n",
		},
		{
			caption: "An empty default where it is used",
			bad: 'FROM debian:12\nARG V\nLABEL «org.opencontainers.image.version="${V:-}"» «org.opencontainers.image.url=${V-}»\n',
		},
		{ caption: "Nothing from ENV", bad: "FROM debian:12\nENV E=\nLABEL «org.opencontainers.image.title=$E»\n" },
		{
			caption: "Values, defaults, and labels that nobody asks for",
			good: 'FROM debian:12\nARG V=1\nLABEL org.opencontainers.image.version="$V" org.opencontainers.image.title=a io.k8s.description="" org.opencontainers.image.url=${U:-https://example.com}\n',
		},
	],
	check(file, { options }) {
		const further = options["labels"] as readonly string[];
		const reports: Report[] = [];
		for (const stage of file.stages) {
			for (const { key, value, assignment, step } of labelsOf(stage)) {
				if (!OCI_KEYS.has(key) && !further.includes(key)) continue;
				if (value?.trim() === "") {
					reports.push({ span: assignment.span, message: `${shortened(key, 60)} has no value` });
				} else if (value === undefined) {
					const written = assignment.value ?? "";
					const passed = argumentsOf(step, written).length > 0;
					if (passed && isEmptyByDefault(step, written))
						reports.push({ span: assignment.span, message: `${shortened(key, 50)} is empty unless the build passes it`, severity: "info" });
					else if (!passed && isEmpty(step, written))
						reports.push({ span: assignment.span, message: `${shortened(key, 60)} has no value` });
				}
			}
		}
		return reports;
	},
});

/** The variables in a value that a build may fill: ARGs, and ENVs that take another variable. */
function argumentsOf(step: Step, written: string): readonly string[] {
	const names = [...written.matchAll(/\$\{?(\w+)/g)].map(([, name]) => name ?? "");
	return names.filter((name) => {
		const declaration = declarationAt(step, name);
		// `ENV X=$X` hands on what `--build-arg` passes.
		return declaration?.kind === "ARG" || declaration?.assignment.value?.includes("$") === true;
	});
}

function isEmpty(step: Step, written: string): boolean {
	const expansion = expandAt(step, written);
	// A variable that is not declared may be a slip, which another rule sees.
	return expansion.kind === "known" && expansion.unset.length === 0 && expansion.value.trim() === "";
}

/** Whether the value is nothing but ARGs that have no default, or an empty one. */
function isEmptyByDefault(step: Step, written: string): boolean {
	if (isEmpty(step, written)) return true;
	const names = [...written.matchAll(/\$\{?(\w+)\}?/g)].map(([, name]) => name ?? "");
	if (written.replace(/\$\{\w+(?::?-)?\}|\$\w+|["']/g, "") !== "" || names.length === 0) return false;
	return names.every((name) => {
		const declaration = declarationAt(step, name);
		return declaration?.kind === "ARG" && declaration.assignment.value === undefined && expandAt(step, `$${name}`).kind === "unknown";
	});
}
