import { volumePathsOf } from "../../dockerfile/files/volumePaths.ts";
import { shortened } from "../../text.ts";
import { defineRule, type Report, similar } from "../rule.ts";

/** A volume there, or on a folder below, hides or exposes what the kernel and the system's programs live in. */
const WITH_ALL_BELOW = ["/proc", "/sys", "/dev", "/boot", "/bin", "/sbin", "/lib", "/lib64", "/usr/bin", "/usr/sbin"];
/** Folders that hold more than one program's files: a folder below is that program's own. */
const ALONE = new Set([
	"/",
	"/etc",
	"/usr",
	"/usr/lib",
	"/usr/lib64",
	"/usr/local",
	"/usr/local/bin",
	"/var",
	"/var/run",
	"/run",
	"/var/lib",
]);

export const volumeOnSensitivePath = defineRule({
	id: "volume-on-sensitive-path",
	title: "A volume covers a folder of the system",
	category: "user",
	severity: "error",
	preset: "recommended",
	needs: "file",
	since: "0.1.0",
	equivalents: similar(["dockle", "DKL-DI-0002"]),
	onlyWith: { instructions: ["VOLUME"] },
	why: "Every container of the image gets a writable volume there. The files of the system are copied into it when it is created and stay as they were: later versions of the image bring their fixes in vain, and what one container changed, the next one that is given the volume runs. A read-only container is writable in just this place.\n\nOn `/proc`, `/sys` and `/dev` the volume hides what the kernel shows there, or invites people to mount the host's.",
	remedy: "Declare the folder of the application's data, such as `/var/lib/app`, or leave volumes to the deployment.",
	references: ["https://docs.docker.com/reference/dockerfile/#volume", "https://docs.docker.com/engine/storage/volumes/"],
	examples: [
		{ caption: "The configuration of the whole system", bad: "FROM debian:12\nVOLUME «/etc»\nCMD a\n", fixed: "FROM debian:12\nCMD a\n" },
		{
			caption: "Several paths, JSON and plain",
			bad: 'FROM debian:12\nVOLUME ["/data", "«/usr»"]\nVOLUME ["«/proc/sys»", "/x"]\nVOLUME /a «/var/run/» /b\n',
			fixed: 'FROM debian:12\nVOLUME ["/data"]\nVOLUME ["/x"]\nVOLUME /a /b\n',
		},
		{
			caption: "On a line of its own",
			bad: "FROM debian:12\nVOLUME /a \\\n    «/etc» \\\n    /b\n",
			fixed: "FROM debian:12\nVOLUME /a \\\n    /b\n",
		},
		{
			caption: "Variables, paths with dots",
			bad: 'FROM debian:12\nENV D=/usr\nVOLUME «${D}/bin»\nVOLUME ["«/data/../etc/»"]\n',
			fixed: "FROM debian:12\nENV D=/usr\n",
		},
		{ caption: "The root of the file system, in child images", bad: "FROM debian:12\nONBUILD VOLUME «/»\n" },
		{ caption: "One of several there", bad: "FROM debian:12\nONBUILD VOLUME /a «/etc»\n", fixed: "FROM debian:12\nONBUILD VOLUME /a\n" },
		{ caption: "What images with systemd declare", bad: 'FROM debian:12\nVOLUME [ "«/sys/fs/cgroup»" ]\n', fixed: "FROM debian:12\n" },
		{
			caption: "A program's own folders",
			good: 'FROM debian:12\nVOLUME /etc/app /var/lib/app /run/app /usr/share/app /usr/local/app /var/log /tmp\nVOLUME ["/devices", "/library", "C:\\\\data"]\n',
		},
		{ caption: "A variable that nobody knows", good: "FROM debian:12\nARG D\nVOLUME $D /$D\n" },
	],
	check(file) {
		const reports: Report[] = [];
		for (const stage of file.stages) {
			for (const step of stage.steps) {
				for (const { span, path, removal } of volumePathsOf(step)) {
					if (path === undefined || !isSensitive(path)) continue;
					const edit = removal();
					reports.push({
						span,
						message: `VOLUME ${shortened(path, 50)} covers ${path === "/" ? "the whole file system" : "a folder of the system"}`,
						// It is there to be covered by a mount of the host's.
						...(path === "/sys/fs/cgroup" ? { severity: "info" as const } : stage.use === "unused" ? { severity: "hint" as const } : {}),
						fixes: edit === undefined ? [] : [{ title: `Remove ${shortened(path, 40)}`, safety: "review", edits: [edit] }],
					});
				}
			}
		}
		return reports;
	},
});

function isSensitive(path: string): boolean {
	return ALONE.has(path) || WITH_ALL_BELOW.some((folder) => path === folder || path.startsWith(`${folder}/`));
}
