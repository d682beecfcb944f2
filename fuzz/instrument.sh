#!/bin/sh
# Stands for rustc when `cargo xtask drill fuzz` builds: what belongs to this workspace counts which of its branches were taken, for libFuzzer to see. The
# dependencies are compiled as always and shared with every other build. These are the flags that cargo-fuzz gives; the stable compiler takes them.
rustc=$1
shift
case " $* " in
*" --crate-type bin "* | *" --crate-type lib "* | *" --crate-type rlib "*)
    case " $* " in
    *" --crate-name build_script_"*) exec "$rustc" "$@" ;;
    esac
    exec "$rustc" "$@" --cfg fuzzing -Copt-level=1 -Cdebug-assertions -Ccodegen-units=1 \
        -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
        -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
        -Cllvm-args=-sanitizer-coverage-trace-compares
    ;;
esac
exec "$rustc" "$@"
