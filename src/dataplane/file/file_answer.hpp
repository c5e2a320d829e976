#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "platform/http/message.hpp"

/// What of a file answers a request. Pure. [RFC 9110 §13, §14]
namespace kontor::dataplane::file {

struct FileFacts {
  std::uint64_t size_bytes = 0;
  std::string tag;  ///< without its quotes
  std::string media_type;
};

/// The head of the answer, and which bytes follow it.
struct Slice {
  unsigned status = 200;
  std::uint64_t offset = 0;
  std::uint64_t length_bytes = 0;  ///< 0: no body
  platform::http::Headers headers;
};

/// GET with If-Match, If-None-Match, If-Range and one range; several ranges are answered with the whole.
Slice slice_of(const FileFacts& file, const platform::http::Headers& asked);

struct MediaType {
  std::string_view ending;  ///< of a name, in small letters, without its dot
  std::string_view type;    ///< as Content-Type has it
};

/// The endings that have a type of their own, each once; nothing that a browser runs.
std::span<const MediaType> media_types();

/// By the ending of the name, in letters of any case; `application/octet-stream` where it says nothing.
std::string_view media_type_of(std::string_view name);

}  // namespace kontor::dataplane::file
