/* Paths as the operating system takes them. */
#ifndef BESKID_FILES_H
#define BESKID_FILES_H

#include "common.h"
#include "platform/platform.h"

/* Writes a path as a C string; false with the error set when it cannot be one. */
bool bk_to_path(const BeskidStr *path, char target[BK_PATH_MAX]);

#endif
