/* The start-up object of executables: C main, which hands the program's description to the runtime.
 * beskid.aot links it before the program's object. */
#include "beskid_abi.h"

extern const BeskidProgram beskid_program __attribute__((visibility("hidden")));

int main(int argument_count, char **arguments)
{
    return (int)beskid_main(argument_count, arguments, &beskid_program);
}
