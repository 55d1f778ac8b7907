/** Programs that are done at once, in the scripts that containers start with. Source: the manuals of coreutils 9 and of the clients. Read 2026-11. */

/** Programs that are done at once: nothing that a signal would have to reach. */
export const SHORT_LIVED: ReadonlySet<string> = new Set(
	"cp mv ln rm ls mkdir touch chmod chown echo printf true false date cmp diff".split(" "),
);

/** What a loop does that waits for something: it asks, counts, says so, sleeps or gives up. */
export const WAITING: ReadonlySet<string> = new Set([
	...["sleep", "echo", "printf", "date", ":", "true", "false", "test", "[", "[[", "((", "let", "expr"],
	...["break", "continue", "exit", "export", "set", "unset", "read"],
	...["nc", "ncat", "pg_isready", "nslookup", "getent", "ping", "mysqladmin"],
]);
