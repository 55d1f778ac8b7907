import { imageUsesOf } from "../../dockerfile/variables/imageUses.ts";
import { contentName, familiarName } from "../../image/reference.ts";
import { shortened } from "../../text.ts";
import { defineRule, type Report, same, similar } from "../rule.ts";
import type { ScanCounts } from "../workspaceFacts.ts";

const scanned = (counts: ScanCounts): { readonly scans: ReadonlyMap<string, ScanCounts> } => ({
	scans: new Map([["docker.io/library/debian:12", counts]]),
});

export const baseImageKnownVulnerable = defineRule({
	id: "base-image-known-vulnerable",
	title: "A scan found severe vulnerabilities in the base image",
	category: "base-image",
	severity: "warning",
	preset: "opt-in",
	needs: "image",
	since: "0.1.0",
	equivalents: [
		...same(["scout", "no-fixable-critical-high-vulnerabilities"]),
		...similar(["scout", "no-high-profile-vulnerabilities"], ["cis", "4.4"], ["dockle", "CIS-DI-0004"]),
	],
	why: "Everything that the base image brings is in the shipped image, too. What is severe and has a fix is known to attackers as well as to scanners.",
	remedy:
		"Take a newer build of the base image (*Update Image Digest*), a newer release, or a smaller image. What does not matter here is recorded as a VEX statement, and no longer counts. The counts are those of the last scan of the image (*Scan Base Images*); without one the rule is silent.",
	references: ["https://docs.docker.com/build/building/best-practices/#choose-the-right-base-image", "https://openvex.dev"],
	options: [
		{ name: "fixableOnly", description: "Whether vulnerabilities without a fixed version count as none.", default: true },
		{ name: "high", description: "Whether those of severity high count, besides the critical ones.", default: true },
	],
	examples: [
		{
			caption: "Severe ones with a fix",
			bad: "FROM «debian:12»\n",
			workspace: scanned({ critical: 2, high: 5, fixableCritical: 1, fixableHigh: 3 }),
		},
		{
			caption: "Without a fix, where those count",
			bad: "FROM «debian:12» AS a\nFROM a\n",
			options: { fixableOnly: false },
			workspace: scanned({ critical: 1, high: 0, fixableCritical: 0, fixableHigh: 0 }),
		},
		{
			caption: "Nobody has a fix",
			good: "FROM debian:12\n",
			workspace: scanned({ critical: 2, high: 5, fixableCritical: 0, fixableHigh: 0 }),
		},
		{
			caption: "Only high ones, where those do not count",
			good: "FROM debian:12\n",
			options: { high: false },
			workspace: scanned({ critical: 0, high: 5, fixableCritical: 0, fixableHigh: 5 }),
		},
		{
			caption: "Nobody has scanned it, or just that",
			good: `FROM debian:13\nFROM debian:12@sha256:${"1".repeat(64)}\n`,
			workspace: scanned({ critical: 2, high: 5, fixableCritical: 2, fixableHigh: 5 }),
		},
	],
	check(file, { options, workspace }) {
		if (workspace.scans.size === 0) return [];
		const reports: Report[] = [];
		for (const use of imageUsesOf(file)) {
			if (use.kind !== "from") continue;
			const counts = workspace.scans.get(contentName(use.reference));
			if (counts === undefined) continue;
			const fixable = options["fixableOnly"] === true;
			const critical = fixable ? counts.fixableCritical : counts.critical;
			const high = options["high"] === true ? (fixable ? counts.fixableHigh : counts.high) : 0;
			if (critical + high === 0) continue;
			const words = [...(critical > 0 ? [`${critical} critical`] : []), ...(high > 0 ? [`${high} high`] : [])].join(" and ");
			reports.push({
				span: use.span,
				message: `${shortened(familiarName(use.reference), 45)} has ${words} ${critical + high === 1 ? "vulnerability" : "vulnerabilities"}${fixable ? " with a fix" : ""}`,
				...(use.step?.stage.use === "shipped" ? {} : { severity: "info" as const }),
			});
		}
		return reports;
	},
});
