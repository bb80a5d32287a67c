/// What the dynamic symbols of a file say about its contents.
struct PluginSymbols: Hashable {
    /// It defines the entry point.
    private(set) var hasEntryPoint = false
    /// It defines a type or protocol of the kit.
    private(set) var hasKit = false
    /// It defines functions of the Swift runtime.
    private(set) var hasRuntime = false

    init(of image: ELFImage) throws(ELFError) {
        let entryPoint = Array(PluginFileCheck.entryPoint.utf8)
        var found = (entry: false, kit: false, runtime: false)
        try image.forEachDefinedSymbol { name in
            if name.elementsEqual(entryPoint) { found.entry = true }
            if KitSymbol.isKitType(name) { found.kit = true }
            if KitSymbol.isRuntime(name) { found.runtime = true }
        }
        (hasEntryPoint, hasKit, hasRuntime) = found
    }
}
