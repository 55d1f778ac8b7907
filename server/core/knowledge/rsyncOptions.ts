/** Options of rsync that take the next word as their value. Source: the manual page of rsync 3.4. Read 2026-11. */
export const RSYNC_VALUE_OPTIONS: readonly string[] = [
	...["-B", "-M", "-T", "-e", "-f", "-@"],
	...["--address", "--backup-dir", "--block-size", "--bwlimit", "--checksum-choice", "--checksum-seed", "--cc", "--chmod", "--chown"],
	...["--compare-dest", "--compress-choice", "--compress-level", "--contimeout", "--copy-as", "--copy-dest", "--debug", "--early-input"],
	...["--exclude", "--exclude-from", "--files-from", "--filter", "--groupmap", "--iconv", "--include", "--include-from", "--info"],
	...["--link-dest", "--log-file", "--log-file-format", "--max-alloc", "--max-delete", "--max-size", "--min-size", "--modify-window"],
	...["--only-write-batch", "--out-format", "--outbuf", "--partial-dir", "--password-file", "--port", "--protocol", "--read-batch"],
	...["--remote-option", "--rsh", "--rsync-path", "--skip-compress", "--sockopts", "--stop-after", "--stop-at", "--suffix"],
	...["--temp-dir", "--timeout", "--usermap", "--write-batch", "--zc", "--zl"],
];
