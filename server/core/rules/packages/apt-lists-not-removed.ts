import { runSteps } from "../../dockerfile/commands/scripts.ts";
import { lastingFetch, listsFixes } from "../../dockerfile/layers/aptListsFix.ts";
import { hiddenLists } from "../../dockerfile/layers/laterRemovals.ts";
import { listsNeededAfter } from "../../dockerfile/packages/aptLists.ts";
import { APT_WORDS } from "../needs.ts";
import { defineRule, type Report, same, similar } from "../rule.ts";

export const aptListsNotRemoved = defineRule({
	id: "apt-lists-not-removed",
	title: "apt's package lists stay in the layer",
	category: "packages",
	severity: "info",
	preset: "recommended",
	needs: "file",
	since: "0.1.0",
	supersededBy: ["cleanup-in-later-layer"],
	equivalents: [
		...same(
			["hadolint", "DL3009"],
			["kics", "df746b39-6564-4fed-bf85-e9c44382303c"],
			["semgrep", "remove-package-lists"],
			["sonar", "S6587"],
			["dockle", "DKL-DI-0005"],
			["dockerfilelint", "apt-get_missing_rm"],
			["droast", "DF004"],
		),
		...similar(["semgrep", "remove-package-cache"]),
	],
	onlyWith: { words: APT_WORDS },
	why: "`apt-get update` fetches 20 to 50 MB of package lists. They are out of date within days, but every host that pulls the image stores them, and an `apt-get install` in a running container or a child image silently works with what was current when the layer was built.\n\nA later `RUN rm` does not help: the files stay in the layer that wrote them. `apt-get clean`, which the official images do by themselves, removes downloaded packages, not the lists.",
	remedy:
		"Remove the lists at the end of the RUN that fetched them: `&& rm -rf /var/lib/apt/lists/*`. A cache or tmpfs mount on `/var/lib/apt/lists` keeps them out of the layer as well.",
	references: [
		"https://docs.docker.com/build/building/best-practices/#apt-get",
		"https://docs.docker.com/build/cache/optimize/#use-cache-mounts",
	],
	examples: [
		{
			caption: "On one line",
			bad: "FROM debian:12\nRUN apt-get «update» && apt-get install -y --no-install-recommends curl\n",
			fixed: "FROM debian:12\nRUN apt-get update && apt-get install -y --no-install-recommends curl && rm -rf /var/lib/apt/lists/*\n",
		},
		{
			caption: "Removed by the RUN that fetched them",
			good: "FROM debian:12\nRUN apt-get update && apt-get install -y --no-install-recommends curl && rm -rf /var/lib/apt/lists/*\n",
		},
		{
			caption: "A variable that holds several words, and is split into them",
			good: 'FROM debian:12\nRUN X="/tmp/* /var/lib/apt/lists/*"; apt-get update && apt-get install -y curl; rm -rf $X\nARG P=/var/lib/apt\nENV X="/tmp/* $P/lists/*"\nRUN apt-get update && apt-get install -y git; rm -rf $X\n',
		},
		{
			caption: "One in quotes, which is a single name, and one with other words",
			bad: 'FROM debian:12\nRUN X="/tmp/* /var/lib/apt/lists/*"; apt-get «update» && apt-get install -y curl; rm -rf "$X"\nRUN X="/tmp/* /var/tmp/*"; apt-get «update» && apt-get install -y git; rm -rf $X\n',
			fixed:
				'FROM debian:12\nRUN X="/tmp/* /var/lib/apt/lists/*"; apt-get update && apt-get install -y curl; rm -rf "$X" && rm -rf /var/lib/apt/lists/*\nRUN X="/tmp/* /var/tmp/*"; apt-get update && apt-get install -y git; rm -rf $X && rm -rf /var/lib/apt/lists/*\n',
		},
		{
			caption: "A star in quotes is no pattern, a folder in quotes is the folder",
			bad: 'FROM debian:12\nRUN apt-get «update» && apt-get install -y curl && rm -rf "/var/lib/apt/lists/*"\nRUN apt-get update && apt-get install -y git && rm -rf "/var/lib/apt/lists"\n',
			fixed:
				'FROM debian:12\nRUN apt-get update && apt-get install -y curl && rm -rf "/var/lib/apt/lists/*" && rm -rf /var/lib/apt/lists/*\nRUN apt-get update && apt-get install -y git && rm -rf "/var/lib/apt/lists"\n',
		},
		{
			caption: "Where the cleaning does not run when the install did: instead of it, in another branch, in a function that nobody calls",
			bad: "FROM debian:12\nRUN apt-get «update» && apt-get install -y a || rm -rf /var/lib/apt/lists/*\nRUN if [ -e /x ]; then apt-get «update» && apt-get install -y b; else rm -rf /var/lib/apt/lists/*; fi\nRUN clean() { rm -rf /var/lib/apt/lists/*; }; apt-get «update» && apt-get install -y c\n",
			fixed:
				"FROM debian:12\nRUN apt-get update && apt-get install -y a || rm -rf /var/lib/apt/lists/* && rm -rf /var/lib/apt/lists/*\nRUN if [ -e /x ]; then apt-get update && apt-get install -y b; else rm -rf /var/lib/apt/lists/*; fi && rm -rf /var/lib/apt/lists/*\nRUN clean() { rm -rf /var/lib/apt/lists/*; }; apt-get update && apt-get install -y c && rm -rf /var/lib/apt/lists/*\n",
		},
		{
			caption: "Behind the end of the script: no edit",
			bad: "FROM debian:12\nRUN apt-get «update» && apt-get install -y a; exit 0; rm -rf /var/lib/apt/lists/*\n",
		},
		{
			caption: "Where it may",
			good: 'FROM debian:12\nRUN apt-get update && apt-get install -y a; [ -n "$KEEP" ] || rm -rf /var/lib/apt/lists/*\nRUN if [ -e /x ]; then apt-get update && apt-get install -y b; fi; if [ -e /y ]; then rm -rf /var/lib/apt/lists/*; else exit 0; fi\nRUN clean() { rm -rf /var/lib/apt/lists/*; }; apt-get update && apt-get install -y c; clean\nRUN for i in 1 2; do if [ $i = 1 ]; then apt-get update && apt-get install -y d; else rm -rf /var/lib/apt/lists/*; fi; done\n',
		},
		{
			caption: "With && at the start of lines, and a comment between them",
			bad: "FROM debian:12\nRUN apt-get «update» \\\n    # for downloads\n    && apt-get install -y \\\n        curl \\\n    && apt-get clean\n",
			fixed:
				"FROM debian:12\nRUN apt-get update \\\n    # for downloads\n    && apt-get install -y \\\n        curl \\\n    && apt-get clean \\\n    && rm -rf /var/lib/apt/lists/*\n",
		},
		{
			caption: "With && at the end of lines",
			bad: "FROM debian:12\nRUN apt-get «update» && \\\n    apt-get install -y curl\nUSER 10001\n",
			fixed: "FROM debian:12\nRUN apt-get update && \\\n    apt-get install -y curl && \\\n    rm -rf /var/lib/apt/lists/*\nUSER 10001\n",
		},
		{
			caption: "In a script that stops on errors, and in one that does not",
			bad: "FROM debian:12\nRUN <<EOF\nset -e\napt-get «update»\napt-get install -y curl\nEOF\nRUN <<EOF\napt-get «update»\napt-get install -y git\nEOF\n",
			fixed:
				"FROM debian:12\nRUN <<EOF\nset -e\napt-get update\napt-get install -y curl\nrm -rf /var/lib/apt/lists/*\nEOF\nRUN <<EOF\napt-get update\napt-get install -y git && rm -rf /var/lib/apt/lists/*\nEOF\n",
		},
		{
			caption: "Behind a last semicolon, with Windows line breaks",
			bad: "FROM debian:12\r\nRUN set -eux; \\\r\n    apt-get «update»; \\\r\n    apt-get install -y curl;\r\n",
			fixed:
				"FROM debian:12\r\nRUN set -eux; \\\r\n    apt-get update; \\\r\n    apt-get install -y curl; \\\r\n    rm -rf /var/lib/apt/lists/*;\r\n",
		},
		{
			caption: "Behind a condition, in which && would make `set -e` overlook failures",
			bad: "FROM debian:12\nRUN set -e; apt-get «update»; apt-get install -y a; if [ -e /x ]; then make; make install; fi\n",
			fixed:
				"FROM debian:12\nRUN set -e; apt-get update; apt-get install -y a; if [ -e /x ]; then make; make install; fi; rm -rf /var/lib/apt/lists/*\n",
		},
		{
			caption: "Behind a list that ends in one, no edit is certain",
			bad: "FROM debian:12\nRUN set -e; apt-get «update» && apt-get install -y b && (make; make install)\n",
		},
		{
			caption: "Fetched by the install itself, as apt 3 can",
			bad: "FROM debian:13\nRUN apt-get «install» --update -y curl\n",
			fixed: "FROM debian:13\nRUN apt-get install --update -y curl && rm -rf /var/lib/apt/lists/*\n",
		},
		{
			caption: "Fetched by add-apt-repository, behind a removal",
			bad: "FROM ubuntu:24.04\nRUN rm -rf /var/lib/apt/lists/* && «add-apt-repository» -y ppa:x/y && apt-get install -y z\n",
			fixed:
				"FROM ubuntu:24.04\nRUN rm -rf /var/lib/apt/lists/* && add-apt-repository -y ppa:x/y && apt-get install -y z && rm -rf /var/lib/apt/lists/*\n",
		},
		{
			caption: "Not where it is told not to, removed them, or is too old",
			good: "FROM ubuntu:24.04\nRUN rm -rf /var/lib/apt/lists/* && add-apt-repository -n ppa:x/y && apt-get install -y z\nRUN add-apt-repository -y ppa:x/y && apt-get install -y z && rm -rf /var/lib/apt/lists/*\nRUN apt-get install -y z && add-apt-repository -y ppa:x/y\nFROM ubuntu:16.04\nRUN add-apt-repository -y ppa:x/y && apt-get install -y z\n",
		},
		{
			caption: "As somebody else than root",
			bad: "FROM debian:12\nUSER 1000\nRUN sudo apt-get «update» && sudo apt-get install -y curl\n",
			fixed: "FROM debian:12\nUSER 1000\nRUN sudo apt-get update && sudo apt-get install -y curl && sudo rm -rf /var/lib/apt/lists/*\n",
		},
		{
			caption: "Too early, in the wrong place, or not the lists",
			bad: "FROM debian:12\nRUN rm -rf /var/lib/apt/lists/* && apt-get «update» && apt-get install -y a && rm -rf /var/lib/apt/lists/partial /tmp/* /var/cache/apt/*\n",
			fixed:
				"FROM debian:12\nRUN rm -rf /var/lib/apt/lists/* && apt-get update && apt-get install -y a && rm -rf /var/lib/apt/lists/partial /tmp/* /var/cache/apt/* && rm -rf /var/lib/apt/lists/*\n",
		},
		{
			caption: "An ancestor of the shipped stage; a later update fetches the lists again",
			bad: "FROM debian:12 AS base\nRUN apt-get «update» && apt-get install -y a\nFROM base\nRUN apt-get update && apt-get install -y b && rm -rf /var/lib/apt/lists/*\n",
			fixed:
				"FROM debian:12 AS base\nRUN apt-get update && apt-get install -y a && rm -rf /var/lib/apt/lists/*\nFROM base\nRUN apt-get update && apt-get install -y b && rm -rf /var/lib/apt/lists/*\n",
		},
		{
			caption: "A later install still needs the lists: no edit would leave the build as it is",
			bad: "FROM debian:12 AS base\nRUN apt-get «update» && apt-get install -y a\nFROM base\nRUN mkdir /x\nRUN apt-get install -y b\n",
		},
		{
			caption: "An update that nobody waits for: the install needs the lists above it, and what it writes comes later",
			bad: "FROM debian:12\nRUN apt-get «update» && apt-get install -y a\nRUN apt-get «update» -q &> /dev/null; apt-get install -y b\nRUN apt-get «update» & apt-get install -y c\n",
		},
		{
			caption: "Containers start with a script: who knows what that installs",
			bad: 'FROM example.com/builder\nRUN apt-get «update» && apt-get install -y a\nCOPY start.sh /\nCMD ["/start.sh"]\n',
			fixed:
				'FROM example.com/builder\nRUN apt-get update && apt-get install -y a && rm -rf /var/lib/apt/lists/*\nCOPY start.sh /\nCMD ["/start.sh"]\n',
		},
		{
			caption: "A variable made of another one names something else",
			bad: "FROM debian:12\nRUN A=1 && B=x.${A}_y.zip && apt-get «update» && apt-get install -y gnupg && rm -f /$B\n",
			fixed:
				"FROM debian:12\nRUN A=1 && B=x.${A}_y.zip && apt-get update && apt-get install -y gnupg && rm -f /$B && rm -rf /var/lib/apt/lists/*\n",
		},
		{
			caption: "Removed, in any spelling",
			good: 'FROM debian:12\nRUN apt-get update && apt-get install -y a && rm -rf /var/lib/apt/lists/*\nRUN apt-get update && apt-get install -y a && rm -r "/var/lib/apt/lists"\nRUN apt-get update && apt-get install -y a; apt-get clean; rm -rf /tmp/* /var/lib/{apt,dpkg,cache,log}/\nRUN apt-get update && apt-get install -y a && cd /var/lib/apt/lists && rm -rf *\nRUN apt-get update && apt-get install -y a && find /var/lib/apt/lists -type f -delete\nRUN apt-get update && apt-get install -y a && sudo rm -fr /var/lib/apt/lists/*_* /var/cache/*\nRUN DIR=/var/lib/apt && apt-get update && apt-get install -y a && rm -rf $DIR/lists\nRUN apt-get update && apt-get install -y a && apt-get distclean\nRUN apt-get update; apt-get install -y a; apt-get dist-clean\nRUN trap "rm -rf /var/lib/apt/lists/*" EXIT; apt-get update && apt-get install -y a\n',
		},
		{
			caption: "On a mount",
			good: "FROM debian:12\nRUN --mount=type=cache,target=/var/lib/apt apt-get update && apt-get install -y a\nRUN --mount=type=tmpfs,dst=/var/lib/apt/lists apt-get update && apt-get install -y a\nARG LISTS\nRUN --mount=type=cache,target=$LISTS apt-get update && apt-get install -y a\n",
		},
		{
			caption: "Not in the image, or not from here",
			good: "FROM debian:12 AS build\nRUN apt-get update && apt-get install -y gcc\nFROM debian:12\nCOPY --from=build /out /out\nRUN apt-get install -y a\nRUN apt-get update\nRUN apt-get -o Dir::State::Lists=/tmp/l update && apt-get install -y a\nRUN chroot /mnt apt-get update && chroot /mnt apt-get install -y a\n",
		},
		{
			caption: "Hidden by a later layer: that is reported there",
			good: "FROM debian:12\nRUN apt-get update && apt-get install -y a\nRUN mkdir /a\nRUN rm -rf /var/lib/apt/lists/*\n",
		},
		{
			caption: "Perhaps removed by something that cannot be read",
			good: "FROM debian:12\nCOPY clean.sh /\nRUN apt-get update && apt-get install -y a && /clean.sh\nRUN apt-get update && apt-get install -y a && rm -rf $WHAT\n",
		},
	],
	check(file) {
		const reports: Report[] = [];
		for (const stage of file.stages) {
			if (stage.use !== "shipped" && stage.use !== "ancestor") continue;
			for (const step of runSteps(stage)) {
				const fetch = lastingFetch(step);
				if (fetch === undefined) continue;
				const need = listsNeededAfter(step);
				const hiding = hiddenLists(file).get(step);
				if (hiding !== undefined) {
					// The same place as that of cleanup-in-later-layer, which says more about it.
					reports.push({
						span: hiding.span,
						message: `The package lists of ${fetch.name} stay in the layer that fetched them`,
						related: [{ span: fetch.span, message: "This layer keeps them" }],
						fixes: () => listsFixes(step, fetch, need, true),
					});
					continue;
				}
				reports.push({
					span: fetch.span,
					message: `${fetch.name} leaves its package lists in the layer`,
					fixes: () => listsFixes(step, fetch, need, false),
					...(need.command === undefined
						? {}
						: { related: [{ span: need.command.span, message: "This works with the lists that the earlier layer left" }] }),
				});
			}
		}
		return reports;
	},
});
