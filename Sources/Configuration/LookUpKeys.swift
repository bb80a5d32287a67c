/// The keys about what plugins may look things up in.
enum LookUpKeys {
    static let section = [
        ConfigurationKey(
            path: "lookups.*.sqlite", form: .text("a path"), standard: "none",
            help: "The file of an SQLite database that plugins may ask by this name. A source has this key or `http`."),
        ConfigurationKey(
            path: "lookups.*.writable", form: .flag, standard: "false",
            help: "Whether plugins may change the database, too."),
        ConfigurationKey(
            path: "lookups.*.http", form: .text("an address like http://host:port/path"), standard: "none",
            help:
                "The HTTP server that plugins may ask by this name: what they ask for is put behind the address. Redirections "
                + "are not followed."),
        ConfigurationKey(
            path: "lookups.*.headers", form: .settings, standard: "{}",
            help:
                "Header fields that each request gets; a value may be a secret, like `{ file: token }` or "
                + "`{ environment: NAME }`."),
        ConfigurationKey(
            path: "lookups.*.timeout", form: .duration("1ms", "10s"), standard: "10s",
            help:
                "The longest time for one look-up. A plugin's own deadline, 500ms unless it says otherwise, may be shorter."
        ),
        ConfigurationKey(
            path: "lookups.*.connections", form: .number(1...256), standard: "16",
            help: "How many look-ups may be under way at once. 1000 more may wait; a further one fails."),
    ]
}
