#pragma once

#include <cstdint>
#include <string>

#include "base/json/codec.hpp"

/// The forms in which versions of the protocol write the same documents. All types of this module read and
/// write that of 2025-1; a document of another version is rewritten at the outermost edge, and nobody behind
/// it knows.
namespace kontor::protocol::dsp {

enum class Form : std::uint8_t {
  of_2025_1,  ///< terms of a context: `"state":"REQUESTED"`
  of_2024_1,  ///< compact IRIs: `"dspace:state":"dspace:REQUESTED"`
};
/// As `version` of a profile and of the version document names them; `2024/1` is EDC's spelling.
inline constexpr json::EnumNames<Form, 2> form_names{
    {{Form::of_2025_1, "2025-1"}, {Form::of_2024_1, "2024/1"}}};

/// What a document of 2024/1 has to say where one of 2025-1 need not.
struct Sender {
  std::string callback_address;  ///< of whoever sends it: in every request, offer and agreement
  std::string provider;          ///< who assigns offers that name nobody
};

/// A document that a type of this module wrote, as 2024/1 has it: compact IRIs under its official context,
/// valid against its schemas (but for `eventType`, see forms.cpp) as far as the policies in it are.
/// Members that no version knows are taken for EDC's, whose vocabulary is that of all unknown names.
json::Value to_2024_1(const json::Value& document, const Sender& sender);

/// A document of 2024/1 as a type of this module reads it: members under their terms, compact or full IRIs,
/// values as strings or as nodes (`{"@id":…}`, `{"@value":…}`), lists with or without their brackets. What
/// is wrong with it stays wrong. A document of 2025-1 comes back as it is.
json::Value from_2024_1(const json::Value& document);

}  // namespace kontor::protocol::dsp
