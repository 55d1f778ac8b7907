/**
 * The signals that STOPSIGNAL takes on Linux: names with or without `SIG`, in any case, and numbers. Source: signal(7), and what
 * BuildKit 0.25 accepts. Read 2026-11.
 */

/** Numbers of x86-64 and arm64, by name. */
export const SIGNALS: Readonly<Record<string, number>> = {
	SIGHUP: 1,
	SIGINT: 2,
	SIGQUIT: 3,
	SIGILL: 4,
	SIGTRAP: 5,
	SIGABRT: 6,
	SIGIOT: 6,
	SIGBUS: 7,
	SIGFPE: 8,
	SIGKILL: 9,
	SIGUSR1: 10,
	SIGSEGV: 11,
	SIGUSR2: 12,
	SIGPIPE: 13,
	SIGALRM: 14,
	SIGTERM: 15,
	SIGSTKFLT: 16,
	SIGCHLD: 17,
	SIGCLD: 17,
	SIGCONT: 18,
	SIGSTOP: 19,
	SIGTSTP: 20,
	SIGTTIN: 21,
	SIGTTOU: 22,
	SIGURG: 23,
	SIGXCPU: 24,
	SIGXFSZ: 25,
	SIGVTALRM: 26,
	SIGPROF: 27,
	SIGWINCH: 28,
	SIGIO: 29,
	SIGPOLL: 29,
	SIGPWR: 30,
	SIGSYS: 31,
	SIGRTMIN: 34,
	SIGRTMAX: 64,
};

/** The canonical name of what STOPSIGNAL says: `SIGTERM` for `term`, `15` and `SIGTERM`; undefined for what is no signal. */
export function signalName(text: string): string | undefined {
	if (/^\d{1,9}$/.test(text)) {
		const number = Number(text);
		const name = Object.keys(SIGNALS).find((candidate) => SIGNALS[candidate] === number);
		if (name !== undefined) return name;
		if (number === 32 || number === 33) return text;
		return number > 34 && number < 64 ? (number <= 49 ? `SIGRTMIN+${number - 34}` : `SIGRTMAX-${64 - number}`) : undefined;
	}
	const upper = text.toUpperCase();
	const name = upper.startsWith("SIG") ? upper : `SIG${upper}`;
	if (Object.hasOwn(SIGNALS, name)) return name;
	const realTime = /^SIGRT(MIN\+|MAX-)([1-9]\d?)$/.exec(name);
	if (realTime === null) return undefined;
	return Number(realTime[2]) <= (realTime[1] === "MIN+" ? 15 : 14) ? name : undefined;
}

/**
 * The signal on which a program ends its work in good order, where that is not SIGTERM. Source: the manuals of nginx 1.26,
 * Apache httpd 2.4, PHP 8.3 and systemd 256. Read 2026-11.
 */
export const GRACEFUL_SIGNALS: Readonly<Record<string, { readonly signal: string; readonly otherwise: string }>> = {
	nginx: { signal: "SIGQUIT", otherwise: "drops requests that it is answering" },
	openresty: { signal: "SIGQUIT", otherwise: "drops requests that it is answering" },
	"php-fpm": { signal: "SIGQUIT", otherwise: "drops requests that it is answering" },
	httpd: { signal: "SIGWINCH", otherwise: "drops requests that it is answering" },
	"httpd-foreground": { signal: "SIGWINCH", otherwise: "drops requests that it is answering" },
	apache2: { signal: "SIGWINCH", otherwise: "drops requests that it is answering" },
	systemd: { signal: "SIGRTMIN+3", otherwise: "does not shut down" },
};
