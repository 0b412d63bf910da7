/* Files of WASI: paths lie below the folders that the host opened for the module. There are no terminals to ask. */
#include "platform/listing.h"
#include "platform/wasi/wasi.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_FOLDER 3

enum { CREATE = 1, DIRECTORY = 2, EXCLUSIVE = 4, TRUNCATE = 8 };
enum { APPEND = 1 };
enum {
    MAY_READ = 1 << 1,
    MAY_SEEK = 1 << 2,
    MAY_SYNC = 1 << 4,
    MAY_TELL = 1 << 5,
    MAY_WRITE = 1 << 6,
    MAY_LIST = 1 << 14,
    MAY_LOOK = 1 << 21,
    MAY_RESIZE = 1 << 22,
};

/* A folder that the host opened, under the name that the module knows it by. */
typedef struct Folder {
    char *name;
    int descriptor;
} Folder;

static Folder *folders;
static unsigned folder_count;
static bool folders_are_read;

/* Without the start that names the current folder, which is the root. */
static const char *plain(const char *path)
{
    for (;;) {
        if (*path == '/') {
            path++;
        } else if (path[0] == '.' && (path[1] == '/' || path[1] == '\0')) {
            path++;
        } else {
            return path;
        }
    }
}

/* Adds the folder of a descriptor; false when there is none. */
static bool read_folder(int descriptor)
{
    struct {
        uint8_t type;
        uint32_t size;
    } status = {0, 0};
    if (bk_wasi_fd_prestat_get(descriptor, bk_wasi_target(&status)) != 0) {
        return false;
    }
    char *name = malloc((uint64_t)status.size + 1);
    Folder *grown = realloc(folders, (folder_count + 1) * sizeof *folders);
    if (grown != NULL) {
        folders = grown;
    }
    if (name == NULL || grown == NULL ||
        bk_wasi_fd_prestat_dir_name(descriptor, bk_wasi_target(name), status.size) != 0) {
        free(name);
        return false;
    }
    name[status.size] = '\0';
    folders[folder_count++] = (Folder){name, descriptor};
    return true;
}

static void read_folders(void)
{
    if (!folders_are_read) {
        folders_are_read = true;
        for (int descriptor = FIRST_FOLDER; read_folder(descriptor); descriptor++) {
        }
    }
}

/* What of a path lies below a folder; null when nothing does. */
static const char *below(const char *path, const char *folder)
{
    uint64_t size = strlen(folder);
    while (size > 0 && folder[size - 1] == '/') {
        size--;
    }
    if (size == 0) {
        return path;
    }
    if (strncmp(path, folder, size) != 0 || (path[size] != '\0' && path[size] != '/')) {
        return NULL;
    }
    return plain(path + size);
}

/* The folder with the longest name that a path lies in, and the rest of the path. Returns an error number. */
static int find_folder(const char *path, int *descriptor, const char **rest)
{
    if (*path == '\0') {
        return ENOENT;
    }
    read_folders();
    const char *from_root = plain(path);
    *rest = NULL;
    for (unsigned index = 0; index < folder_count; index++) {
        const char *found = below(from_root, plain(folders[index].name));
        if (found != NULL && (*rest == NULL || found > *rest)) {
            *rest = found;
            *descriptor = folders[index].descriptor;
        }
    }
    if (*rest == NULL) {
        return EACCES;
    }
    if (**rest == '\0') {
        *rest = ".";
    }
    return 0;
}

/* A descriptor, or a negated error number. */
static int open_at(const char *path, uint32_t flags, uint64_t rights, uint32_t descriptor_flags)
{
    int folder = 0;
    const char *rest;
    int error = find_folder(path, &folder, &rest);
    if (error != 0) {
        return -error;
    }
    int descriptor = -1;
    uint16_t result = bk_wasi_path_open(folder, BK_WASI_FOLLOW, bk_wasi_address(rest), (uint32_t)strlen(rest), flags,
                                        rights, 0, descriptor_flags, bk_wasi_target(&descriptor));
    return result != 0 ? -bk_wasi_errno(result) : descriptor;
}

int bk_os_open(const char *path, unsigned mode)
{
    uint64_t rights = MAY_SEEK | MAY_TELL | MAY_LOOK;
    rights |= (mode & BK_OPEN_READING) != 0 ? MAY_READ : 0;
    rights |= (mode & BK_OPEN_WRITING) != 0 ? MAY_WRITE | MAY_SYNC | MAY_RESIZE : 0;
    uint32_t flags = (mode & BK_OPEN_CREATE) != 0 ? CREATE : 0;
    flags |= (mode & BK_OPEN_TRUNCATE) != 0 ? TRUNCATE : 0;
    flags |= (mode & BK_OPEN_NEW) != 0 ? EXCLUSIVE : 0;
    return open_at(path, flags, rights, (mode & BK_OPEN_APPEND) != 0 ? APPEND : 0);
}

static BkFileKind kind_of(uint8_t type)
{
    return type == BK_WASI_REGULAR_FILE ? BK_FILE_REGULAR
           : type == BK_WASI_DIRECTORY  ? BK_FILE_DIRECTORY
           : type == BK_WASI_LINK       ? BK_FILE_LINK
                                        : BK_FILE_OTHER;
}

static bool is_directory(int descriptor)
{
    BkWasiFileStatus about;
    return bk_wasi_fd_filestat_get(descriptor, bk_wasi_target(&about)) == 0 && about.type == BK_WASI_DIRECTORY;
}

int64_t bk_os_read(int descriptor, void *bytes, uint64_t size)
{
    BkWasiBytes part = {bk_wasi_target(bytes), size < UINT32_MAX ? (uint32_t)size : UINT32_MAX};
    uint32_t count = 0;
    uint16_t error = bk_wasi_fd_read(descriptor, bk_wasi_address(&part), 1, bk_wasi_target(&count));
    if (error == 0) {
        return count;
    }
    /* Hosts report a directory as a descriptor that cannot be read. */
    return is_directory(descriptor) ? -EISDIR : -bk_wasi_errno(error);
}

int64_t bk_os_write(int descriptor, const void *bytes, uint64_t size)
{
    BkWasiBytes part = {bk_wasi_address(bytes), size < UINT32_MAX ? (uint32_t)size : UINT32_MAX};
    uint32_t count = 0;
    uint16_t error = bk_wasi_fd_write(descriptor, bk_wasi_address(&part), 1, bk_wasi_target(&count));
    return error == 0 ? (int64_t)count : -bk_wasi_errno(error);
}

int bk_os_close(int descriptor)
{
    return bk_wasi_errno(bk_wasi_fd_close(descriptor));
}

int bk_os_look(const char *path, bool follow, BkFileKind *kind)
{
    int folder = 0;
    const char *rest;
    int error = find_folder(path, &folder, &rest);
    if (error != 0) {
        return error;
    }
    BkWasiFileStatus about;
    uint16_t result = bk_wasi_path_filestat_get(folder, follow ? BK_WASI_FOLLOW : 0, bk_wasi_address(rest),
                                                (uint32_t)strlen(rest), bk_wasi_target(&about));
    if (result == 0) {
        *kind = kind_of(about.type);
    }
    return bk_wasi_errno(result);
}

uint64_t bk_os_size(int descriptor, BkFileKind *kind)
{
    BkWasiFileStatus about;
    if (bk_wasi_fd_filestat_get(descriptor, bk_wasi_target(&about)) != 0) {
        *kind = BK_FILE_OTHER;
        return 0;
    }
    *kind = kind_of(about.type);
    return about.size;
}

bool bk_os_identify(int descriptor, BkFileIdentity *identity)
{
    BkWasiFileStatus about;
    if (bk_wasi_fd_filestat_get(descriptor, bk_wasi_target(&about)) != 0) {
        return false;
    }
    identity->device = about.device;
    identity->number = about.number;
    identity->position = -1;
    bk_wasi_fd_tell(descriptor, bk_wasi_target(&identity->position));
    return true;
}

/* A function of WASI that takes a folder and a path below it. */
typedef uint16_t (*Change)(int folder, BkWasiAddress path, uint32_t size);

static int change(Change function, const char *path)
{
    int folder = 0;
    const char *rest;
    int error = find_folder(path, &folder, &rest);
    return error != 0 ? error : bk_wasi_errno(function(folder, bk_wasi_address(rest), (uint32_t)strlen(rest)));
}

int bk_os_remove(const char *path, bool directory)
{
    return change(directory ? bk_wasi_path_remove_directory : bk_wasi_path_unlink_file, path);
}

int bk_os_mkdir(const char *path)
{
    return change(bk_wasi_path_create_directory, path);
}

int bk_os_status(const char *path, bool follow, BkFileStatus *status)
{
    int folder = 0;
    const char *rest;
    int error = find_folder(path, &folder, &rest);
    if (error != 0) {
        return error;
    }
    BkWasiFileStatus about;
    uint16_t result = bk_wasi_path_filestat_get(folder, follow ? BK_WASI_FOLLOW : 0, bk_wasi_address(rest),
                                                (uint32_t)strlen(rest), bk_wasi_target(&about));
    if (result == 0) {
        *status = (BkFileStatus){
            .kind = kind_of(about.type),
            .size = (int64_t)about.size,
            .permissions = -1,
            .modified = (int64_t)about.modified,
            .accessed = (int64_t)about.accessed,
        };
    }
    return bk_wasi_errno(result);
}

int bk_os_rename(const char *from, const char *to)
{
    int from_folder = 0;
    int to_folder = 0;
    const char *from_rest;
    const char *to_rest;
    int error = find_folder(from, &from_folder, &from_rest);
    error = error != 0 ? error : find_folder(to, &to_folder, &to_rest);
    if (error != 0) {
        return error;
    }
    return bk_wasi_errno(bk_wasi_path_rename(from_folder, bk_wasi_address(from_rest), (uint32_t)strlen(from_rest),
                                             to_folder, bk_wasi_address(to_rest), (uint32_t)strlen(to_rest)));
}

/* WASI has no permissions. */
int bk_os_set_permissions(const char *path, int64_t permissions)
{
    (void)path;
    (void)permissions;
    return ENOSYS;
}

int bk_os_set_modified(const char *path, int64_t nanoseconds)
{
    enum { SET_MODIFIED = 1 << 2 };
    int folder = 0;
    const char *rest;
    int error = find_folder(path, &folder, &rest);
    if (error != 0) {
        return error;
    }
    return bk_wasi_errno(bk_wasi_path_filestat_set_times(
        folder, BK_WASI_FOLLOW, bk_wasi_address(rest), (uint32_t)strlen(rest), 0, (uint64_t)nanoseconds, SET_MODIFIED));
}

/* A link may not lead out of the folder that the host opened, and only the host knows where it leads. */
int bk_os_make_link(const char *path, const char *target)
{
    (void)path;
    (void)target;
    return ENOSYS;
}

int64_t bk_os_seek(int descriptor, int64_t offset, BkFileChange from)
{
    uint8_t whence = from == BK_FILE_SEEK_START ? 0 : from == BK_FILE_SEEK_CURRENT ? 1 : 2;
    uint64_t position = 0;
    uint16_t error = bk_wasi_fd_seek(descriptor, offset, whence, bk_wasi_target(&position));
    return error == 0 ? (int64_t)position : -bk_wasi_errno(error);
}

int bk_os_resize(int descriptor, int64_t size)
{
    return size < 0 ? EINVAL : bk_wasi_errno(bk_wasi_fd_filestat_set_size(descriptor, (uint64_t)size));
}

int bk_os_sync(int descriptor)
{
    return bk_wasi_errno(bk_wasi_fd_sync(descriptor));
}

/* WASI has no locks. */
int bk_os_lock(int descriptor, BkFileChange operation, bool wait)
{
    (void)descriptor;
    (void)operation;
    (void)wait;
    return ENOSYS;
}

/* What the host writes before each name. */
typedef struct Item {
    uint64_t next;
    uint64_t number;
    uint32_t name_size;
    uint8_t type;
} Item;

_Static_assert(sizeof(Item) == 24, "the layout of WASI");

/* All items of a directory. Returns memory of malloc, or null with the error number. */
static uint8_t *read_items(int descriptor, uint64_t *size, int *error)
{
    uint64_t capacity = 4096;
    uint8_t *bytes = NULL;
    for (;;) {
        uint8_t *grown = realloc(bytes, capacity);
        if (grown == NULL) {
            free(bytes);
            *error = ENOMEM;
            return NULL;
        }
        bytes = grown;
        uint32_t used = 0;
        uint16_t result =
            bk_wasi_fd_readdir(descriptor, bk_wasi_target(bytes), (uint32_t)capacity, 0, bk_wasi_target(&used));
        if (result != 0) {
            free(bytes);
            *error = bk_wasi_errno(result);
            return NULL;
        }
        /* A full buffer may end within an item. */
        if (used < capacity) {
            *size = used;
            return bytes;
        }
        capacity *= 2;
    }
}

static int add_names(BkListing *names, const uint8_t *bytes, uint64_t size)
{
    Item item;
    int error = 0;
    for (uint64_t at = 0; error == 0 && at < size; at += sizeof item + item.name_size) {
        memcpy(&item, bytes + at, sizeof item);
        error = bk_listing_add(names, (const char *)bytes + at + sizeof item, item.name_size);
    }
    return error;
}

char **bk_os_list(const char *path, uint64_t *count, int *error)
{
    int descriptor = open_at(path, DIRECTORY, MAY_LIST | MAY_LOOK, 0);
    if (descriptor < 0) {
        *error = -descriptor;
        return NULL;
    }
    *error = 0;
    uint64_t size = 0;
    uint8_t *bytes = read_items(descriptor, &size, error);
    bk_wasi_fd_close(descriptor);
    if (bytes == NULL) {
        return NULL;
    }
    BkListing names = {NULL, 0, 0, 0};
    *error = add_names(&names, bytes, size);
    free(bytes);
    return bk_listing_end(&names, count, error);
}

bool bk_os_is_terminal(int descriptor)
{
    BkWasiDescriptorStatus status;
    return bk_wasi_fd_fdstat_get(descriptor, bk_wasi_target(&status)) == 0 && status.type == BK_WASI_CHARACTER_DEVICE &&
           (status.rights & (MAY_SEEK | MAY_TELL)) == 0;
}

int64_t bk_os_window_size(int descriptor)
{
    return bk_os_is_terminal(descriptor) ? 1 : 0;
}
