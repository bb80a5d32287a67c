// Compiled into every plugin by the kit's build-tool plugin. The host reads these bytes with its own
// ELF reader before any code of the file runs. Layout (all single bytes, so that no byte order matters):
//   0–7   magic "TANDEMPL"
//   8     layout of this record (1)
//   9     kit major    10    kit minor
//   11    Swift major  12    Swift minor
//   13–15 zero
#if compiler(>=6.4)
    #error("This kit does not know your Swift compiler yet: use Swift 6.3, or a newer kit.")
#endif
@section("tandem.manifest") @used
let tandemManifest:
    (
        UInt8, UInt8, UInt8, UInt8, UInt8, UInt8, UInt8, UInt8,
        UInt8, UInt8, UInt8, UInt8, UInt8, UInt8, UInt8, UInt8
    ) = (
        0x54, 0x41, 0x4E, 0x44, 0x45, 0x4D, 0x50, 0x4C,
        1, 0, 2, 6, 3, 0, 0, 0
    )
