/** How a program of an init system is told which services it starts. */
export interface InitProgram {
	/** By verb: whether the service is started from then on; false if it no longer is. */
	readonly verbs: Readonly<Record<string, boolean>>;
	/** What stands in front: the verb, with the services behind it, or the only service. */
	readonly first: "verb" | "service";
}

/** Programs that say which services an init system starts. Source: their manuals. Read 2026-11. */
export const INIT_PROGRAMS: Readonly<Record<string, InitProgram>> = {
	systemctl: { verbs: { enable: true, reenable: true, disable: false, mask: false }, first: "verb" },
	"rc-update": { verbs: { add: true, del: false, delete: false }, first: "verb" },
	"update-rc.d": { verbs: { defaults: true, enable: true, disable: false, remove: false }, first: "service" },
	chkconfig: { verbs: { on: true, off: false }, first: "service" },
};
