#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/descriptor/descriptor.hpp"
#include "base/id/id.hpp"
#include "base/result/result.hpp"

/// Files below the root of one context, and no other: a step is neither `..` nor a link, and what is opened
/// is a folder or a plain file. All calls block: they belong on a worker.
namespace kontor::dataplane::file {

/// Names from a root down; none leads elsewhere.
using Steps = std::vector<std::string>;

/// `a/b/c.csv`, no slash in front. An empty text has no steps. Errors: invalid_input (`.`, `..`, empty names,
/// control characters, backslashes, names of our own temporary files, too long or too deep).
Result<Steps> steps_of(std::string_view path);
std::string path_of(const Steps& steps);

/// Where the files of a context are, below the folder that the operator configured.
std::filesystem::path root_of(const std::filesystem::path& folder, const ContextId& context);

/// A plain file that is open for reading, as it was when it was opened.
struct OpenFile {
  Descriptor descriptor;
  std::uint64_t size_bytes = 0;
  std::string tag;  ///< another one for every change; an entity tag without its quotes
};

enum class Missing : std::uint8_t { refuse, create };

/// The folder behind `steps`. `create`: folders that are missing are made, durably; `syncs` counts what was
/// synced. Errors: not_found, invalid_input (a step that is no folder), storage_failed.
Result<Descriptor> open_folder(const std::filesystem::path& root, const Steps& steps, Missing missing,
                               std::uint64_t* syncs = nullptr);

/// Errors: not_found (also where a link, a folder or a device stands), storage_failed.
Result<OpenFile> open_file(const std::filesystem::path& root, const Steps& steps);

/// A plain file below a folder.
struct Found {
  std::string path;  ///< relative to the folder
  std::uint64_t size_bytes = 0;
  std::string tag;  ///< as that of the open file
};
/// All plain files behind `steps` in the order of their paths; of a plain file itself, with an empty path.
/// What is neither a file nor a folder is left out. Errors: not_found, too_large (more than `max` things).
Result<std::vector<Found>> files_below(const std::filesystem::path& root, const Steps& steps,
                                       std::size_t max);

/// Files that are not whole yet have names that begin so.
inline constexpr std::string_view temporary_prefix = ".kontor-";

}  // namespace kontor::dataplane::file
