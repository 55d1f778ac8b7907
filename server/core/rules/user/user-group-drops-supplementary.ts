import { groupId } from "../../dockerfile/accounts/accountIds.ts";
import { accountsOf } from "../../dockerfile/accounts/accounts.ts";
import { type GroupJoin, groupJoinsOf } from "../../dockerfile/accounts/groupJoins.ts";
import { replace } from "../../dockerfile/edits/edit.ts";
import type { Step } from "../../dockerfile/model/model.ts";
import { lineage } from "../../dockerfile/model/stages.ts";
import { expandAt } from "../../dockerfile/variables/variables.ts";
import { sourceSpan } from "../../mappedText.ts";
import { shortened } from "../../text.ts";
import { defineRule, type Report, same } from "../rule.ts";

export const userGroupDropsSupplementary = defineRule({
	id: "user-group-drops-supplementary",
	title: "USER with a group drops the user's other groups",
	category: "user",
	severity: "info",
	preset: "recommended",
	needs: "file",
	since: "0.1.0",
	equivalents: same(["tally", "user-explicit-group-drops-supplementary-groups"]),
	onlyWith: { instructions: ["USER"] },
	why: "With `USER name:group` the process is in that one group alone: what `usermod -aG` added in a step above is in `/etc/group` and yet without effect. The application then may not open the device or the socket for which the step was written, or somebody opens the file to everybody to make it work.",
	remedy: "Name the user alone, which gives it all of its groups, or take the step out that adds the others.",
	references: ["https://docs.docker.com/reference/dockerfile/#user"],
	examples: [
		{ caption: "The user alone", good: "FROM debian:12\nRUN useradd -u 1000 app && usermod -aG video,audio app\nUSER app\n" },
		{
			caption: "Added above, dropped below",
			bad: "FROM debian:12\nRUN useradd -u 1000 app && usermod -aG video,audio app\nUSER app«:app»\n",
			fixed: "FROM debian:12\nRUN useradd -u 1000 app && usermod -aG video,audio app\nUSER app\n",
		},
		{
			caption: "By number, with other programs, in a stage below",
			bad: "FROM alpine AS base\nRUN adduser -D -u 1000 app && addgroup app video\nFROM base\nUSER 1000«:1000»\nFROM debian:12\nRUN useradd -G audio,video a\nUSER a«:audio»\n",
			fixed:
				"FROM alpine AS base\nRUN adduser -D -u 1000 app && addgroup app video\nFROM base\nUSER 1000\nFROM debian:12\nRUN useradd -G audio,video a\nUSER a\n",
		},
		{
			caption: "The user alone, the group that was added, another user, added below",
			good: "FROM debian:12\nRUN useradd -u 1000 app && usermod -aG video app\nUSER app\nUSER 1000\nUSER app:video\nUSER other:other\nFROM debian:12\nUSER app:app\nUSER root\nRUN usermod -aG video app\n",
		},
		{
			caption: "Left again",
			good: "FROM debian:12\nRUN useradd -G video app && usermod -rG video app && gpasswd -a app audio && gpasswd -d app audio\nRUN adduser app tape\nRUN deluser app tape\nUSER app:app\n",
		},
		{ caption: "A user that nobody knows", good: "FROM debian:12\nARG U\nRUN usermod -aG video app\nUSER $U:$U\n" },
	],
	check(file) {
		const reports: Report[] = [];
		for (const stage of file.stages) {
			for (const step of stage.steps) {
				const colon = step.keyword === "USER" ? step.arguments.text.indexOf(":") : -1;
				const expansion = colon < 1 ? undefined : expandAt(step, step.arguments.text);
				if (expansion?.kind !== "known") continue;
				const [user = "", group = ""] = expansion.value.split(":");
				const dropped = droppedBy(step, user, group);
				if (dropped.length === 0 || group === "" || user === "") continue;
				const groups = [...new Set(dropped.map((join) => join.group))];
				const span = sourceSpan(step.arguments, colon, step.arguments.text.length - (/["']$/.test(step.arguments.text) ? 1 : 0));
				reports.push({
					span,
					message: `USER ${shortened(expansion.value, 30)} drops ${groups.length === 1 ? "the group" : "the groups"} ${shortened(groups.join(", "), 35)}`,
					...(stage.use === "unused" ? { severity: "hint" as const } : {}),
					related: dropped.slice(0, MOST_RELATED).map((join) => ({ span: join.span, message: `${join.group} is added here` })),
					fixes: /["']/.test(step.arguments.text)
						? []
						: [
								{
									title: "Name the user alone",
									safety: "review",
									edits: [replace(span, "")],
									note: "The primary group becomes the one of its account.",
								},
							],
				});
			}
		}
		return reports;
	},
});

/** Places that a finding points to besides its own. */
const MOST_RELATED = 10;

/** The joins above a USER that its group does not keep. */
function droppedBy(step: Step, user: string, group: string): readonly GroupJoin[] {
	const { stage } = step;
	const names = new Set([user]);
	if (/^\d+$/.test(user))
		for (const account of accountsOf(stage)) if (account.kind === "user" && account.id?.value === user) names.add(account.name);
	return lineage(stage).flatMap((ancestor) =>
		groupJoinsOf(ancestor).filter(
			(join) =>
				names.has(join.user) &&
				(ancestor !== stage || join.step.ordinal < step.ordinal) &&
				join.group !== group &&
				groupId(stage, join.group)?.value !== group,
		),
	);
}
