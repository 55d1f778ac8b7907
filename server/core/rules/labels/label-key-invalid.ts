import { replace } from "../../dockerfile/edits/edit.ts";
import { effectiveLabels, type Label, labelsOf } from "../../dockerfile/variables/labels.ts";
import type { Fix, LintSeverity } from "../../finding.ts";
import { LABEL_SCHEMA_KEYS, OCI_LABEL_ARGUMENTS, OCI_LABEL_PREFIX } from "../../knowledge/ociLabels.ts";
import { editDistance } from "../../nearest.ts";
import { ownValue } from "../../ownValue.ts";
import { shortened } from "../../text.ts";
import { defineRule, type Report, same } from "../rule.ts";

/** Keys with a meaning of their own, whatever their form: Project Atomic's, Red Hat's, BioContainers'. */
const KNOWN = new Set([
	"RUN",
	"INSTALL",
	"UNINSTALL",
	"UPGRADE",
	"STOP",
	"HELP",
	"com.redhat.license_terms",
	"base_image",
	"about.license_file",
]);
/** What `operator-sdk generate bundle` writes, and the Operator Lifecycle Manager reads. */
const KNOWN_SPACES = ["operators.operatorframework.io."];
const RESERVED = ["com.docker.", "io.docker.", "org.dockerproject."];
/** What Docker wants extensions for Docker Desktop to set. */
const EXTENSIONS = ["com.docker.desktop.extension.", "com.docker.extension."];
/** No key is meant to be longer; the repair of one is not worth its time. */
const LONGEST = 200;
const LABEL_SCHEMA_PREFIX = "org.label-schema.";
const OCI_KEYS = Object.keys(OCI_LABEL_ARGUMENTS).map((key) => OCI_LABEL_PREFIX + key);

export const labelKeyInvalid = defineRule({
	id: "label-key-invalid",
	title: "The key of a label is not what tools look for",
	category: "labels",
	severity: "warning",
	preset: "recommended",
	needs: "file",
	since: "0.1.0",
	equivalents: same(["hadolint", "DL3048"], ["tally", "labels/valid-key"]),
	onlyWith: { instructions: ["LABEL"] },
	why: "Registries, scanners and dashboards look labels up by their exact key. A key that is misspelt, in other letters or of a convention that was given up is there, and nobody finds it. Docker keeps some name spaces for its own tools.",
	remedy:
		"Write keys in lower-case letters and digits, with single dots and dashes between them, under a domain that is yours; and the standard ones exactly as the OCI specification does.",
	references: [
		"https://docs.docker.com/engine/manage-resources/labels/#key-format-recommendations",
		"https://specs.opencontainers.org/image-spec/annotations/",
	],
	examples: [
		{
			caption: "A misspelt standard key",
			bad: "FROM debian:12\nLABEL «org.opencontainers.image.revison»=3f2a1b0\n",
			fixed: "FROM debian:12\nLABEL org.opencontainers.image.revision=3f2a1b0\n",
		},
		{ caption: "A standard key", good: "FROM debian:12\nLABEL org.opencontainers.image.revision=3f2a1b0\n" },
		{
			caption: "Misspelt standard keys",
			bad: 'FROM debian:12\nLABEL «org.opencontainers.image.revison»=a "«org.opencontainers.image.license»"=MIT «org.opencontainers.title»=t\n',
			fixed:
				'FROM debian:12\nLABEL org.opencontainers.image.revision=a "org.opencontainers.image.licenses"=MIT org.opencontainers.image.title=t\n',
		},
		{
			caption: "The convention before them",
			bad: "FROM debian:12\r\nLABEL «org.label-schema.vcs-ref»=abc \\\r\n  «org.label-schema.name»=app\r\n",
			fixed: "FROM debian:12\r\nLABEL org.opencontainers.image.revision=abc \\\r\n  org.opencontainers.image.title=app\r\n",
		},
		{
			caption: "Letters and separators",
			bad: "FROM debian:12\nLABEL «Description»=a «com.acme.license_file»=b «-x-»=c «a..b»=d «com.acme/app»=e\n",
			fixed: "FROM debian:12\nLABEL description=a com.acme.license-file=b x=c a.b=d com.acme.app=e\n",
		},
		{ caption: "A digit first", bad: "FROM debian:12\nLABEL «1a»=a\n" },
		{ caption: "Docker's own name spaces", bad: "FROM debian:12\nLABEL «com.docker.app»=a\n" },
		{
			caption: "No repair that would set a label twice",
			bad: "FROM debian:12\nLABEL «Version»=1 version=2 «org.label-schema.version»=3 org.opencontainers.image.version=4\n",
		},
		{
			caption: "Good keys, and those that others have laid down",
			good: "FROM debian:12\nLABEL maintainer=a org.opencontainers.image.base.digest=b io.k8s.display-name=c a1.b2=d RUN=e com.docker.extension.screenshots=f com.redhat.license_terms=g org.opencontainers.image.x-anything=h\nLABEL operators.operatorframework.io.metrics.project_layout=go.kubebuilder.io/v4 base_image=a about.license_file=b\n",
		},
		{ caption: "Variables", good: "FROM debian:12\nARG K\nLABEL $K=1 com.acme.$K=2\n" },
	],
	check(file) {
		const reports: Report[] = [];
		for (const stage of file.stages) {
			for (const label of labelsOf(stage)) {
				const wrong = whatIsWrong(label.key);
				if (wrong === undefined) continue;
				reports.push({
					span: keySpan(label),
					message: `${shortened(label.key, 50)} ${wrong.reason}`,
					...(wrong.severity === undefined ? {} : { severity: wrong.severity }),
					fixes: () => fixesFor(label, wrong.meant),
				});
			}
		}
		return reports;
	},
});

interface Wrong {
	readonly reason: string;
	readonly meant?: string;
	readonly severity?: LintSeverity;
}

function whatIsWrong(key: string): Wrong | undefined {
	if (KNOWN.has(key) || OCI_KEYS.includes(key) || KNOWN_SPACES.some((prefix) => key.startsWith(prefix))) return undefined;
	const oci = misspeltOciKey(key);
	if (oci !== undefined) return { reason: "is no standard key, but close to one", meant: oci };
	if (key.startsWith(LABEL_SCHEMA_PREFIX)) {
		const name = key.slice(LABEL_SCHEMA_PREFIX.length);
		const successor = ownValue(LABEL_SCHEMA_KEYS, name);
		const meant = successor === undefined ? {} : { meant: OCI_LABEL_PREFIX + successor };
		return { reason: "is of a convention that was given up for OCI's", severity: "info", ...meant };
	}
	if (RESERVED.some((prefix) => key.startsWith(prefix)) && !EXTENSIONS.some((prefix) => key.startsWith(prefix)))
		return { reason: "is in a name space that Docker keeps for itself" };
	if (/^[a-z0-9]+(?:[.-][a-z0-9]+)*$/.test(key))
		return /^\d/.test(key) ? { reason: "begins with a digit; Docker recommends a letter", severity: "hint" } : undefined;
	const meant = wellFormed(key);
	return {
		reason: formReason(key),
		...(meant === undefined ? {} : { meant }),
		...(/^[a-z0-9._-]+$/.test(key) ? { severity: "hint" } : {}),
	};
}

function formReason(key: string): string {
	if (key === "") return "The key is empty";
	if (/[A-Z]/.test(key)) return "has capital letters";
	if (/[^a-z0-9._-]/.test(key)) return "has characters other than letters, digits, dots and dashes";
	if (key.includes("_")) return "has an underscore";
	return /^[.-]|[.-]$/.test(key) ? "begins or ends with a separator" : "has two separators in a row";
}

function wellFormed(key: string): string | undefined {
	if (key.length > LONGEST) return undefined;
	const result = key
		.toLowerCase()
		.replace(/\//g, ".")
		.replace(/[^a-z0-9.]+/g, "-")
		.replace(/-?\.[.-]*/g, ".")
		.replace(/^[.-]+/, "")
		.replace(/[.-]+$/, "");
	return result === "" ? undefined : result;
}

/** `org.opencontainers.image.revison`, `org.opencontainers.title`; undefined for keys that are far from every standard one. */
function misspeltOciKey(key: string): string | undefined {
	const lower = key.toLowerCase();
	if (!lower.startsWith("org.opencontainer")) return undefined;
	const exact = OCI_KEYS.find((other) => other === lower || other.replace(".image.", ".") === lower);
	return exact ?? OCI_KEYS.find((other) => editDistance(lower, other, 3) < 3);
}

function keySpan({ assignment }: Label): { readonly start: number; readonly end: number } {
	const { nameSpan, name } = assignment;
	const quoted = nameSpan.end - nameSpan.start === name.length + 2;
	return quoted ? { start: nameSpan.start + 1, end: nameSpan.end - 1 } : nameSpan;
}

function fixesFor(label: Label, meant: string | undefined): readonly Fix[] {
	const span = keySpan(label);
	if (meant === undefined || effectiveLabels(label.step.stage).has(meant) || span.end - span.start !== label.key.length) return [];
	// A quote that the key goes without may be half of a pair.
	if (/["'\\]/.test(label.key)) return [];
	const note = "Whatever looks for the old key has to look for this one.";
	return [{ title: `Change to ${meant}`, safety: "review", edits: [replace(span, meant)], note }];
}
