/* sekisho.exe: runs the program in this process with the Python of the folder runtime\ beside it.
 *
 * In this process, because Windows tells a service and Ctrl-C to the process it has started; by the full path of the library,
 * because a folder on the search path that holds python.exe would change what "python" means on the machine. Nothing of the
 * environment (PYTHONPATH, PYTHONHOME) and of the registry is heard: runtime\python311._pth says where modules lie. Children of the
 * program are started with runtime\python.exe, which is what sys.executable tells.
 *
 * Built with -DPYTHON_DLL="python311.dll" -DMODULE="scanner.cli.main" and the headers of that Python.
 */
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <stdio.h>
#include <windows.h>

#define WIDE_(text) L##text
#define WIDE(text) WIDE_(text)
#define LONGEST 32768

static wchar_t folder[LONGEST], path[LONGEST];

static int fail(const char *what)
{
    fprintf(stderr, "sekisho.exe: %s (error %lu); install the whole folder again\n", what, GetLastError());
    return 4; /* the exit code of internal errors */
}

static int in_runtime(const wchar_t *name)
{
    return _snwprintf(path, LONGEST, L"%ls\\runtime\\%ls", folder, name) > 0;
}

/* One function of the library, of the type that the header declares. */
#define FIND(name) \
    __typeof__(&name) p_##name = (__typeof__(&name))(void *)GetProcAddress(library, #name); \
    if (p_##name == NULL) \
        return fail("the Python library lacks " #name)

int wmain(int argc, wchar_t **argv)
{
    DWORD length = GetModuleFileNameW(NULL, folder, LONGEST);
    wchar_t *end = wcsrchr(folder, L'\\');
    if (length == 0 || length == LONGEST || end == NULL)
        return fail("its own folder cannot be found");
    *end = 0;
    if (!in_runtime(WIDE(PYTHON_DLL)))
        return fail("its own folder has too long a name");
    HMODULE library = LoadLibraryExW(path, NULL, LOAD_WITH_ALTERED_SEARCH_PATH);
    if (library == NULL)
        return fail("the folder runtime cannot be loaded");
    FIND(PyConfig_InitIsolatedConfig);
    FIND(PyConfig_SetString);
    FIND(PyConfig_SetArgv);
    FIND(Py_InitializeFromConfig);
    FIND(PyStatus_Exception);
    FIND(Py_ExitStatusException);
    FIND(Py_RunMain);
    PyConfig config;
    p_PyConfig_InitIsolatedConfig(&config);
    config.install_signal_handlers = 1; /* Ctrl-C ends a scan as it does with python.exe */
    config.configure_c_stdio = 1;
    config.write_bytecode = 0; /* the folder is the administrators' */
    in_runtime(L"python.exe");
    PyStatus status = p_PyConfig_SetString(&config, &config.executable, path);
    if (!p_PyStatus_Exception(status))
        status = p_PyConfig_SetString(&config, &config.run_module, WIDE(MODULE));
    if (!p_PyStatus_Exception(status))
        status = p_PyConfig_SetArgv(&config, argc, argv);
    if (!p_PyStatus_Exception(status))
        status = p_Py_InitializeFromConfig(&config);
    if (p_PyStatus_Exception(status))
        p_Py_ExitStatusException(status);
    return p_Py_RunMain();
}
