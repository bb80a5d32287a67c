// Makes SwiftPM build this header-only target.
