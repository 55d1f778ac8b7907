import type { ConfigurationPlaces } from "../../dockerfile/files/copyWords.ts";
import type { Step } from "../../dockerfile/model/model.ts";
import { mayBeConfigured } from "../../dockerfile/packages/configurations.ts";
import { callHasOption, type PackageCall } from "../../dockerfile/packages/packageCalls.ts";
import { unpinnedCalls, unpinnedMessage } from "../../dockerfile/packages/versionPins.ts";
import { APT_WORDS } from "../needs.ts";
import { defineRule, type Report, same } from "../rule.ts";

/** A negative priority keeps packages away, and settles no version. */
const SETTLED = /Pin-Priority(?!\s*:?\s*-)|preferences\.d|snapshot\.(?:debian|ubuntu)|APT::Snapshot/;
/** Preferences, a configuration that may name a release, and sources that may replace those of the distribution by a snapshot. */
const CONFIGURATION: ConfigurationPlaces = {
	within: /^\/etc\/apt\/(?:preferences|apt\.conf|sources\.list$|sources\.list\.d\/(?:debian|ubuntu)\.sources$|.*snapshot)/,
	above: /^\/(?:etc\/?(?:apt\/?(?:sources\.list\.d\/?)?)?)?$/,
	names: /^(?:preferences|apt\.conf|sources\.list|(?:debian|ubuntu)\.sources$|.*snapshot)/,
};

export const aptVersionUnpinned = defineRule({
	id: "apt-version-unpinned",
	title: "apt-get installs whatever version is newest",
	category: "packages",
	severity: "info",
	preset: "opt-in",
	needs: "file",
	since: "0.1.0",
	equivalents: same(["hadolint", "DL3008"], ["kics", "965a08d7-ef86-4f14-8792-4a3b2098937e"], ["droast", "DF005"]),
	onlyWith: { words: APT_WORDS },
	why: "Two builds of the same file on two days install different packages, and nobody sees which: what was tested need not be what is shipped, and a build that worked may fail.\n\nA policy with a price: Debian and Ubuntu delete old versions from their mirrors when a fix comes out, so that exact versions break the build on that day, until somebody writes the new one down. The rule is therefore off by default.",
	remedy:
		"Name versions (`curl=7.88.*`), or fix the archive instead of each package: point apt at `snapshot.debian.org` or `snapshot.ubuntu.com` with a date, and move the date deliberately.",
	references: [
		"https://docs.docker.com/build/building/best-practices/#apt-get",
		"https://snapshot.debian.org/",
		"https://snapshot.ubuntu.com/",
	],
	examples: [
		{ caption: "A name alone", bad: "FROM debian:12\nRUN apt-get update && apt-get install -y «curl» && rm -rf /var/lib/apt/lists/*\n" },
		{
			caption: "With a version",
			good: "FROM debian:12\nRUN apt-get update && apt-get install -y curl=7.88.* && rm -rf /var/lib/apt/lists/*\n",
		},
		{
			caption: "No version",
			bad: "FROM debian:12\nRUN apt-get update && apt-get install -y «curl» git=1:2.39.5-0+deb12u1 make\nRUN apt-get install --solver 3.0 -y «curl» git=1:2.39.5-0+deb12u1\n",
		},
		{
			caption: "Variables whose value the file shows, Windows line breaks",
			bad: 'FROM debian:12\r\nARG PACKAGES="gcc g++"\r\nRUN apt-get install -y --no-install-recommends \\\r\n    # both\r\n    «$PACKAGES» libc6:i386\r\n',
		},
		{
			caption: "A version, a release, a file, a removal, nobody knows",
			good: "FROM debian:12\nARG UNKNOWN\nRUN apt-get install -y curl=7.88.* git/bookworm-backports ./a.deb /tmp/b.deb $UNKNOWN c-\nRUN apt-get install -y -t bookworm-backports -o A=B d && apt-get install -y $(cat list) && xargs apt-get install -y < list && apt-get install -y --snapshot 20240101T000000Z e\nRUN apt-get install -y postgresql-$VERSION python3=$(cat v) && apt-get build-dep -y e && apt-get purge f\n",
		},
		{
			caption: "The archive is fixed",
			good: "FROM debian:12\nRUN echo 'deb http://snapshot.debian.org/archive/debian/20260101T000000Z bookworm main' > /etc/apt/sources.list\nRUN apt-get install -y curl\nFROM debian:12\nCOPY pins /etc/apt/preferences.d/pins\nRUN apt-get install -y curl\nFROM debian:12\nCOPY debian.sources /etc/apt/sources.list.d/\nRUN apt-get install -y curl\nFROM debian:12\nCOPY <<EOF /etc/apt/sources.list.d/a.sources\nURIs: http://snapshot.debian.org/archive/debian/20260101T000000Z\nEOF\nRUN apt-get install -y curl\nFROM debian:12\nRUN printf 'Package: *\\nPin: release n=bookworm\\nPin-Priority: 990\\n' > /etc/apt/preferences.d/release\nRUN apt-get install -y curl\n",
		},
		{
			caption: "Keys, other sources and packages that are kept away settle nothing",
			bad: "FROM debian:12\nCOPY k.gpg /etc/apt/keyrings/\nCOPY x.list /etc/apt/sources.list.d/\nCOPY --from=acme/base / /\nADD https://example.com/a.tar.gz /\nRUN apt-get install -y «curl»\nFROM debian:12\nRUN printf 'Package: php*\\nPin: release *\\nPin-Priority: -1\\n' > /etc/apt/preferences.d/no-debian-php\nRUN rm /etc/apt/preferences.d/no-debian-php && apt-get install -y «curl»\n",
		},
	],
	check(file) {
		const reports: Report[] = [];
		for (const { stage, step, call, span, names } of unpinnedCalls(file, ["apt"])) {
			if (isSettled(step, call)) continue;
			reports.push({ span, message: unpinnedMessage(names), ...(stage.use === "unused" ? { severity: "hint" as const } : {}) });
		}
		return reports;
	},
});

/** Whether something besides the packages' own words settles their versions: a release, preferences, a snapshot of the archive. */
function isSettled(step: Step, call: PackageCall): boolean {
	if (callHasOption(call, "-t", "--target-release", "--default-release", "--snapshot", "-S")) return true;
	return mayBeConfigured(step, SETTLED, CONFIGURATION);
}
