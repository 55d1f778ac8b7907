import { plainDistribution } from "../../dockerfile/base/plainDistribution.ts";
import { lineage } from "../../dockerfile/model/stages.ts";
import { shortened } from "../../text.ts";
import { defineRule, type Report, same } from "../rule.ts";

export const cmdOrEntrypointMissing = defineRule({
	id: "cmd-or-entrypoint-missing",
	title: "The image does not say what it starts",
	category: "runtime",
	severity: "info",
	preset: "strict",
	needs: "file",
	since: "0.1.0",
	equivalents: same(["droast", "DF036"]),
	why: "Images of distributions start a shell. An application image that adds no CMD or ENTRYPOINT starts one as well: without a terminal the container ends at once, with one somebody is root in it. How the application is started is written down elsewhere, and changes without the image.",
	remedy: "Say with CMD or ENTRYPOINT what the container is for.",
	references: ["https://docs.docker.com/reference/dockerfile/#understand-how-cmd-and-entrypoint-interact"],
	examples: [
		{ caption: "A port, and nothing that listens on it", bad: "FROM «debian:12»\nRUN apt-get install -y app\nEXPOSE 80\n" },
		{
			caption: "A program that was built, inherited through a stage",
			bad: "FROM golang:1.22 AS build\nFROM alpine AS base\nFROM «base»\nCOPY --from=build /app /app\n",
		},
		{
			caption: "Said, also in a stage below, or for the images to come",
			good: "FROM debian:12 AS base\nENTRYPOINT app\nFROM base\nEXPOSE 80\n",
		},
		{ caption: "Said for the images to come", good: "FROM debian:12\nEXPOSE 80\nONBUILD CMD app\n" },
		{ caption: "A base for other images, a tool box", good: "FROM debian:12\nRUN apt-get install -y a b\nCOPY x.conf /etc/\nUSER app\n" },
		{ caption: "An image that starts something by itself, or may", good: "FROM nginx:1.27\nEXPOSE 80\nFROM acme/base\nEXPOSE 80\n" },
	],
	check(file) {
		const reports: Report[] = [];
		for (const stage of file.stages) {
			if (stage.use !== "shipped" || stage.image === undefined || !plainDistribution(stage)) continue;
			const steps = lineage(stage).flatMap((ancestor) => ancestor.steps.map((step) => step.trigger ?? step));
			if (steps.some(({ keyword }) => keyword === "CMD" || keyword === "ENTRYPOINT")) continue;
			const serves = steps.some(
				({ keyword, flags }) =>
					keyword === "EXPOSE" || keyword === "HEALTHCHECK" || (keyword === "COPY" && flags.some((flag) => flag.name === "from")),
			);
			if (!serves) continue;
			reports.push({ span: stage.image.span, message: `The image starts what ${shortened(stage.image.text, 50)} starts: a shell` });
		}
		return reports;
	},
});
