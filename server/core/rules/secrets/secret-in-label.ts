import { removeAssignment } from "../../dockerfile/edits/edit.ts";
import { assignmentsOf } from "../../dockerfile/model/views.ts";
import { mayBeCredential } from "../../dockerfile/variables/variableSecrets.ts";
import { expandAt } from "../../dockerfile/variables/variables.ts";
import { secretName } from "../../secrets/names.ts";
import { findSecrets } from "../../secrets/shapes.ts";
import { looksGenerated, valueKind } from "../../secrets/values.ts";
import { shortened } from "../../text.ts";
import { defineRule, type Report } from "../rule.ts";

export const secretInLabel = defineRule({
	id: "secret-in-label",
	title: "A label holds a credential",
	category: "secrets",
	severity: "warning",
	preset: "recommended",
	needs: "file",
	since: "0.1.0",
	equivalents: [],
	supersededBy: ["secret-in-url"],
	onlyWith: { instructions: ["LABEL"] },
	why: "Labels are made to be read: `docker inspect` prints them, registries show them on their pages, and orchestrators copy them into logs and metrics. Whoever can see the image can use the credential.",
	remedy: "Remove the pair, and replace the credential where it was issued.",
	references: ["https://docs.docker.com/engine/manage-resources/labels/", "https://docs.docker.com/build/building/secrets/"],
	examples: [
		{ caption: "A password", bad: 'FROM debian:12\nLABEL «admin.password="hunter2"»\n', fixed: "FROM debian:12\n" },
		{ caption: "What everybody may know", good: 'FROM debian:12\nLABEL org.opencontainers.image.vendor="Acme"\n' },
		{
			caption: "A generated value under a name that says so",
			bad: "FROM debian:12\nLABEL a=1 «com.acme.api-token=9f8a7c6b5d4e3f2a1b0c9d8e» b=2\n",
			fixed: "FROM debian:12\nLABEL a=1 b=2\n",
		},
		{
			caption: "By argument, in child images",
			bad: "FROM debian:12\nARG T=9f8a7c6b5d4e3f2a1b0c9d8e\nLABEL «token=$T»\nONBUILD LABEL «db-password=hunter2»\n",
			fixed: "FROM debian:12\nARG T=9f8a7c6b5d4e3f2a1b0c9d8e\nONBUILD LABEL db-password=hunter2\n",
		},
		{
			caption: "Descriptions, public keys, places, placeholders",
			good: 'FROM debian:12\nLABEL com.acme.token.type=jwt com.acme.token=required secret.path=/run/secrets/a api-key="" password=changeme org.opencontainers.image.revision=9f8a7c6b5d4e3f2a1b0c9d8e9f8a7c6b5d4e3f2a public-key=9f8a7c6b5d4e3f2a1b0c9d8e\nARG T\nLABEL token=$T\n',
		},
		{ caption: "A sentence", good: 'FROM debian:12\nLABEL admin-password="see the manual of 2024"\n' },
	],
	check(file) {
		const reports: Report[] = [];
		for (const stage of file.stages) {
			for (const step of stage.steps) {
				if (step.keyword !== "LABEL") continue;
				for (const assignment of assignmentsOf(step, file.escape)) {
					if (!mayBeCredential(file, assignment)) continue;
					const value = assignment.value === undefined ? undefined : expandAt(step, assignment.value);
					if (value?.kind !== "known" || !isCredential(assignment.name, value.value)) continue;
					const edit = removeAssignment(file, step, assignment);
					reports.push({
						span: assignment.span,
						message: `The label ${shortened(assignment.name, 50)} holds a credential that everybody can read`,
						...(stage.use === "unused" ? { severity: "hint" as const } : {}),
						fixes:
							edit === undefined
								? []
								: [{ title: "Remove the label", safety: "review", edits: [edit], note: "Replace the credential where it was issued." }],
					});
				}
			}
		}
		return reports;
	},
});

function isCredential(name: string, value: string): boolean {
	if (findSecrets(value).length > 0) return true;
	if (secretName(name) !== "strong" || valueKind(value) !== "text" || /\s/.test(value.trim())) return false;
	return looksGenerated(value) || (/pass(?:word|wd|phrase)?$/i.test(name) && value.length >= 6 && /[^A-Za-z]/.test(value));
}
