import { insertInstructionBefore, replace } from "../../dockerfile/edits/edit.ts";
import { assignmentsOf } from "../../dockerfile/model/views.ts";
import { type Label, labelsOf } from "../../dockerfile/variables/labels.ts";
import { declarationAt, globalDeclaration } from "../../dockerfile/variables/variables.ts";
import type { Fix } from "../../finding.ts";
import { OCI_LABEL_ARGUMENTS, OCI_LABEL_PREFIX } from "../../knowledge/ociLabels.ts";
import { shortened } from "../../text.ts";
import { defineRule, type Report } from "../rule.ts";

const CHANGING = ["revision", "created", "version"];
/** What people write where the pipeline is to fill something in, and what says openly that nobody did. */
const OPEN = /^(?:|unknown|none|dev|development|latest|local|snapshot|tbd|n\/a|[<@%_{].*)$/i;

export const ociLabelsHardcoded = defineRule({
	id: "oci-labels-hardcoded",
	title: "A label that changes with every build is written down",
	category: "labels",
	severity: "info",
	preset: "strict",
	needs: "file",
	since: "0.1.0",
	equivalents: [],
	onlyWith: { instructions: ["LABEL"] },
	why: "The commit, the time and the version of a build are only known when it runs. Written into the file they are right once, and wrong from the next commit on: whoever looks for the source of a faulty image is sent to another one.",
	remedy:
		"Take them from ARGs that the pipeline passes: `docker build --build-arg GIT_COMMIT=$(git rev-parse HEAD)`. A default such as `unknown` shows where nobody did. LABEL runs no commands: `$(date)` stays the text that it is.",
	references: ["https://specs.opencontainers.org/image-spec/annotations/", "https://docs.docker.com/reference/dockerfile/#label"],
	options: [
		{ name: "version", description: "Also report versions; off where the version of the image is kept in the Dockerfile.", default: true },
	],
	examples: [
		{
			caption: "Passed by the build",
			good: "FROM debian:12\nARG GIT_COMMIT=unknown\nLABEL org.opencontainers.image.revision=$GIT_COMMIT\n",
		},
		{
			caption: "A commit and a time",
			bad: 'FROM debian:12\nLABEL org.opencontainers.image.revision="«3f2a1b0»" \\\n      org.opencontainers.image.created=«2024-01-01T00:00:00Z»\n',
			fixed:
				'FROM debian:12\nARG GIT_COMMIT=unknown\nARG BUILD_DATE=unknown\nLABEL org.opencontainers.image.revision="$GIT_COMMIT" \\\n      org.opencontainers.image.created=$BUILD_DATE\n',
		},
		{
			caption: "The version stays the default; what is declared is used",
			bad: "FROM debian:12\r\nARG GIT_COMMIT\r\n# labels\r\nLABEL org.opencontainers.image.version='«1.2.3»'\r\nLABEL org.opencontainers.image.revision «abc1234»\r\n",
			fixed:
				'FROM debian:12\r\nARG GIT_COMMIT\r\nARG IMAGE_VERSION=1.2.3\r\n# labels\r\nLABEL org.opencontainers.image.version="$IMAGE_VERSION"\r\nLABEL org.opencontainers.image.revision $GIT_COMMIT\r\n',
		},
		{
			caption: "Commands do not run here",
			bad: 'FROM debian:12\nLABEL org.opencontainers.image.created="«$(date -u)»"\n',
			fixed: 'FROM debian:12\nARG BUILD_DATE=unknown\nLABEL org.opencontainers.image.created="$BUILD_DATE"\n',
		},
		{
			caption: "ENV has the name: no repair",
			bad: "FROM debian:12\nENV IMAGE_VERSION=7\nLABEL org.opencontainers.image.version=«1.2.3»\n",
		},
		{ caption: "No value that the builder takes", good: "FROM debian:12\nLABEL org.opencontainers.image.created=`date -u`\n" },
		{
			caption: "From the build, or openly not known",
			good: 'FROM debian:12\nARG V\nLABEL org.opencontainers.image.version="$V" org.opencontainers.image.revision=unknown org.opencontainers.image.created="" version=1.2 org.opencontainers.image.title=App\n',
		},
		{
			caption: "Versions are kept here",
			good: "FROM debian:12\nLABEL org.opencontainers.image.version=1.2\n",
			options: { version: false },
		},
	],
	check(file, { options }) {
		const reports: Report[] = [];
		for (const stage of file.stages) {
			if (stage.use === "unused") continue;
			for (const label of labelsOf(stage)) {
				if (!label.key.startsWith(OCI_LABEL_PREFIX)) continue;
				const key = label.key.slice(OCI_LABEL_PREFIX.length);
				if (!CHANGING.includes(key) || (key === "version" && options["version"] !== true)) continue;
				const written = label.assignment.value ?? "";
				// A blank outside quotes has cut the value: the builder refuses the instruction.
				if (/^[^`]*`[^`]*$|\$\([^)]*$/.test(written)) continue;
				const runs = /\$\(|`/.test(written);
				if (!runs && (label.value === undefined || OPEN.test(label.value))) continue;
				reports.push({
					span: label.valueSpan,
					message: runs
						? `LABEL runs no commands: ${key} is the text ${shortened(label.value ?? written, 40)}`
						: `The ${key} ${shortened(label.value ?? "", 40)} is the same in every build`,
					fixes: () => fixesFor(label, key, runs),
				});
			}
		}
		return reports;
	},
});

function fixesFor(label: Label, key: string, runs: boolean): readonly Fix[] {
	const { step, assignment, value, valueSpan } = label;
	const { file } = step.stage;
	const name = OCI_LABEL_ARGUMENTS[key];
	if (name === undefined || assignment.valueSpan === undefined || assignmentsOf(step, file.escape).length === 0) return [];
	const single = assignment.value?.startsWith("'") === true;
	const edit = single ? replace(assignment.valueSpan, `"$${name}"`) : replace(valueSpan, `$${name}`);
	const note = `The build has to pass it: --build-arg ${name}=…`;
	const title = `Take it from ARG ${name}`;
	const declared = declarationAt(step, name);
	// ENV wins over what the build passes.
	if (declared?.kind === "ENV") return [];
	if (declared !== undefined) return [{ title, safety: "review", edits: [edit], note }];
	const initial = key === "version" && !runs && value !== undefined && /^[\w.+-]+$/.test(value) ? value : "unknown";
	const line = `ARG ${name}${globalDeclaration(file, name) === undefined ? `=${initial}` : ""}`;
	return [{ title, safety: "review", edits: [insertInstructionBefore(file, step, line), edit], note }];
}
