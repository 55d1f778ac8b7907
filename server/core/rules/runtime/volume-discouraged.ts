import { removeInstruction } from "../../dockerfile/edits/edit.ts";
import { defineRule, type Report } from "../rule.ts";

export const volumeDiscouraged = defineRule({
	id: "volume-discouraged",
	title: "The image declares volumes",
	category: "runtime",
	severity: "hint",
	preset: "opt-in",
	needs: "file",
	since: "0.1.0",
	equivalents: [],
	onlyWith: { instructions: ["VOLUME"] },
	why: "Each container of an image with VOLUME gets an anonymous volume of its own for each directory, unless the deployment names one. They stay when containers go, fill the disk, and nobody knows what is in them. An image that starts from this one cannot take the declaration back.",
	remedy:
		"Leave volumes to the deployment: `docker run -v`, `volumes:` in Compose, a volume claim in Kubernetes. Say in the documentation which directories are worth keeping.",
	references: ["https://docs.docker.com/reference/dockerfile/#volume", "https://docs.docker.com/engine/storage/volumes/"],
	examples: [
		{ caption: "A folder for data", bad: 'FROM debian:12\n«VOLUME» /data\nCMD ["app"]\n', fixed: 'FROM debian:12\nCMD ["app"]\n' },
		{ caption: "A folder alone", good: 'FROM debian:12\nRUN mkdir /data\nCMD ["app"]\n' },
		{
			caption: "In either form",
			bad: 'FROM debian:12\n# state\n«VOLUME» /data /log\nRUN id\n«VOLUME» ["/x"]\n',
			fixed: "FROM debian:12\n# state\nRUN id\n",
		},
		{ caption: "A comment would go with it", bad: "FROM debian:12\n«VOLUME» /data \\\n  # log\n  /log\n" },
		{
			caption: "None, or in a stage that is not shipped",
			good: "FROM debian:12 AS a\nVOLUME /a\nFROM debian:12\nRUN mkdir /data\n",
			notBuilt: true,
		},
	],
	check(file) {
		const reports: Report[] = [];
		for (const stage of file.stages) {
			if (stage.use !== "shipped" && stage.use !== "ancestor") continue;
			for (const step of stage.steps) {
				if (step.keyword !== "VOLUME") continue;
				const commented = file.comments.some(({ span }) => step.span.start < span.start && span.end < step.span.end);
				reports.push({
					span: step.keywordSpan,
					message: "The image declares volumes, which no image that starts from it can take back",
					fixes: commented ? [] : [{ title: "Remove VOLUME", safety: "review", edits: [removeInstruction(file, step)] }],
				});
			}
		}
		return reports;
	},
});
