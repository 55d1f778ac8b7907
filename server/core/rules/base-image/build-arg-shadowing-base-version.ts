import { replace } from "../../dockerfile/edits/edit.ts";
import { assignmentsOf } from "../../dockerfile/model/views.ts";
import { expandAt, globalDeclaration } from "../../dockerfile/variables/variables.ts";
import { shortened } from "../../text.ts";
import { defineRule, type Report } from "../rule.ts";

export const buildArgShadowingBaseVersion = defineRule({
	id: "build-arg-shadowing-base-version",
	title: "A stage has a default of its own for an ARG that FROM uses",
	category: "base-image",
	severity: "hint",
	preset: "opt-in",
	needs: "file",
	since: "0.1.0",
	equivalents: [],
	onlyWith: { instructions: ["ARG"] },
	why: "The global ARG decides which base image is taken, the one in the stage what the instructions see. With two defaults, somebody changes one of them: the stage then downloads plug-ins, headers or packages for another version than the one that it runs on.",
	remedy: "Repeat the ARG in the stage without a default: it shows the global one, or what the build passes.",
	references: ["https://docs.docker.com/reference/dockerfile/#understand-how-arg-and-from-interact"],
	examples: [
		{
			caption: "A default of its own",
			bad: "ARG PG=17\nFROM postgres:${PG}\nARG PG«=16»\nRUN apt-get update && apt-get install -y postgresql-$PG-cron\n",
			fixed: "ARG PG=17\nFROM postgres:${PG}\nARG PG\nRUN apt-get update && apt-get install -y postgresql-$PG-cron\n",
		},
		{
			caption: "The value of the global one",
			good: "ARG PG=17\nFROM postgres:${PG}\nARG PG\nRUN apt-get update && apt-get install -y postgresql-$PG-cron\n",
		},
		{
			caption: "Two versions",
			bad: 'ARG PG=17\nFROM postgres:${PG}\nARG PG«="16"» OTHER=1\nRUN apt-get install -y postgresql-$PG-cron\n',
			fixed: "ARG PG=17\nFROM postgres:${PG}\nARG PG OTHER=1\nRUN apt-get install -y postgresql-$PG-cron\n",
		},
		{
			caption: "The same one, twice",
			bad: 'ARG V="1"\r\nFROM acme/app:$V\r\nARG V«=1»\r\n',
			fixed: 'ARG V="1"\r\nFROM acme/app:$V\r\nARG V\r\n',
		},
		{
			caption: "Repeated, not used in FROM, or not global",
			good: "ARG V=1\nARG W=1\nARG N\nFROM acme/app:$V$N AS a\nARG V\nARG W=2\nARG X=3\nARG N=4\nENV V=2\n",
		},
	],
	check(file) {
		if (file.globals.length === 0) return [];
		const inImages = new Set(file.stages.flatMap(({ image }) => image?.text.match(/\w+/g) ?? []));
		const reports: Report[] = [];
		for (const stage of file.stages) {
			for (const step of stage.steps) {
				if (step.keyword !== "ARG") continue;
				for (const { name, nameSpan, value, span } of assignmentsOf(step, file.escape)) {
					if (value === undefined || !inImages.has(name)) continue;
					const global = globalDeclaration(file, name);
					if (global?.assignment.value === undefined) continue;
					const expansion = expandAt(step, value);
					const equal = expansion.kind === "known" && global.value.kind === "set" && expansion.value === global.value.value;
					const own = { start: nameSpan.end, end: span.end };
					reports.push({
						span: own,
						message: `${shortened(name, 40)} has ${equal ? "the same default" : "another default"} for FROM`,
						related: [{ span: global.assignment.span, message: "The default that FROM sees" }],
						fixes: [{ title: "Remove this default", safety: "review", edits: [replace(own, "")] }],
					});
				}
			}
		}
		return reports;
	},
});
