#pragma once

#include <cstddef>
#include <string_view>

#include "base/random/random.hpp"
#include "base/result/result.hpp"
#include "platform/vault/file/file_vault.hpp"
#include "platform/vault/file/internal/contents.hpp"
#include "platform/vault/file/internal/folder.hpp"

namespace kontor::platform::vault::file {

inline constexpr std::string_view context_suffix = ".vault";
/// Contents and all that stands around them.
inline constexpr std::size_t file_bytes_max = contents_bytes_max + 1024;

/// Makes sure that the folder and the master keys belong together, so that a wrong key is noticed at the
/// start and not after half of the contexts are sealed under it. The folder's file `master` holds the id of
/// its key. Where that is one of `keys.previous`, every context's file is wrapped anew, and the record last:
/// a rotation that was broken off goes on at the next start. Blocks. Errors: invalid_input for a key that
/// does not fit, storage_failed.
Result<void> adopt_master_keys(const Folder& folder, const MasterKeys& keys, Random& random);

}  // namespace kontor::platform::vault::file
