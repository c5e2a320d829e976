#pragma once

#include <array>
#include <span>
#include <string_view>

#include "platform/http/message.hpp"

/// What is left of the fields of a message by somebody who passes data on: what tells of the data and of how
/// it is asked for. Everything else (credentials, cookies, connections, what others pass on) ends there.
namespace kontor::platform::http {

/// How data is asked for: forms, ranges, conditions.
inline constexpr std::array<std::string_view, 11> question_fields{
    "Accept",   "Accept-Encoding", "Accept-Language",    "Range",
    "If-Range", "If-Match",        "If-None-Match",      "If-Modified-Since",
    "Prefer",   "Last-Event-ID",   "If-Unmodified-Since"};
/// What the body of a request is.
inline constexpr std::array<std::string_view, 3> content_fields{"Content-Type", "Content-Encoding",
                                                                "Content-Language"};
/// What an answer says of its data.
inline constexpr std::array<std::string_view, 19> data_fields{"Content-Type",
                                                              "Content-Length",
                                                              "Content-Encoding",
                                                              "Content-Language",
                                                              "Content-Disposition",
                                                              "Content-Range",
                                                              "Accept-Ranges",
                                                              "ETag",
                                                              "Last-Modified",
                                                              "Cache-Control",
                                                              "Expires",
                                                              "Vary",
                                                              "Retry-After",
                                                              "Allow",
                                                              "Age",
                                                              "Content-Digest",
                                                              "Repr-Digest",
                                                              "Digest",
                                                              "Preference-Applied"};

/// Adds those of `from` that are named, in their order.
void pass_on(const Headers& from, std::span<const std::string_view> names, Headers& to);

}  // namespace kontor::platform::http
