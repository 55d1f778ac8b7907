/** Key servers that no longer answer. Source: the announcement of the SKS pool's end, 2021-06-21; keyserver.pgp.com is gone, too. */
export const DEAD_KEY_SERVER =
	/(?:^|[./@])(?:[\w-]+\.)*(?:sks-keyservers\.net|keyserver\.pgp\.com|keys\.gnupg\.net|keyserver\.cns\.vt\.edu)(?=[:/]|$)/i;

/** Servers that somebody can be asked instead. The first has keys by any id, and with the names of their owners, which gpg needs. */
export const KEY_SERVERS = ["keyserver.ubuntu.com", "keys.openpgp.org"];
