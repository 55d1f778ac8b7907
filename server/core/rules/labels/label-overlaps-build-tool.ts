import { removeAssignment } from "../../dockerfile/edits/edit.ts";
import { labelsWithKey } from "../../dockerfile/variables/labels.ts";
import { defineRule, type Report, same } from "../rule.ts";

/** Source: Docker Buildx, `BUILDX_GIT_LABELS`. Read 2026-11. */
const SET_BY_BUILDX = ["org.opencontainers.image.revision", "org.opencontainers.image.source", "com.docker.image.source.entrypoint"];

export const labelOverlapsBuildTool = defineRule({
	id: "label-overlaps-build-tool",
	title: "A label repeats what Buildx sets by itself",
	category: "labels",
	severity: "hint",
	preset: "opt-in",
	needs: "file",
	since: "0.1.0",
	equivalents: same(["tally", "labels/no-buildx-git-overlap"]),
	excludes: ["oci-labels-missing"],
	onlyWith: { instructions: ["LABEL"] },
	why: "With `BUILDX_GIT_LABELS=full`, Buildx sets the commit, the address of the repository and the path of the Dockerfile from Git. A LABEL in the file says the same a second time, or something else; the one from the command line wins.",
	remedy: "Leave these labels to Buildx. The rule is for projects that build with `BUILDX_GIT_LABELS`.",
	references: ["https://docs.docker.com/build/building/variables/#buildx_git_labels"],
	examples: [
		{
			caption: "A commit",
			bad: 'FROM debian:12\nARG GIT_COMMIT\nLABEL «org.opencontainers.image.revision»=$GIT_COMMIT\nCMD ["app"]\n',
			fixed: 'FROM debian:12\nARG GIT_COMMIT\nCMD ["app"]\n',
		},
		{ caption: "What Buildx does not set", good: 'FROM debian:12\nLABEL org.opencontainers.image.title="App"\nCMD ["app"]\n' },
		{
			caption: "Set twice",
			bad: "FROM debian:12\nARG C\nLABEL «org.opencontainers.image.revision»=$C \\\n  org.opencontainers.image.title=a\nLABEL «org.opencontainers.image.source»=https://example.com/a\n",
			fixed: "FROM debian:12\nARG C\nLABEL org.opencontainers.image.title=a\n",
		},
		{
			caption: "In a stage of which only files are taken",
			good: "FROM golang:1 AS build\nLABEL org.opencontainers.image.revision=a\nFROM scratch\nCOPY --from=build /app /app\n",
		},
		{ caption: "Other labels", good: "FROM debian:12\nLABEL org.opencontainers.image.version=1 revision=a\n" },
	],
	check(file) {
		const reports: Report[] = [];
		for (const { key, step, assignment } of labelsWithKey(file, SET_BY_BUILDX)) {
			// It reaches no image.
			if (step.stage.use === "copied") continue;
			const edit = removeAssignment(file, step, assignment);
			reports.push({
				span: assignment.nameSpan,
				message: `Buildx can set ${key} from Git`,
				tags: ["unnecessary"],
				fixes: edit === undefined ? [] : [{ title: "Leave it to Buildx", safety: "review", edits: [edit] }],
			});
		}
		return reports;
	},
});
