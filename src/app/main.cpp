#include <cstdio>

#include "app/cli/command_line.hpp"

int main(int count, char** arguments) {
  using namespace kontor::app::cli;
  const auto parsed = parse({arguments + 1, arguments + count});
  if (const auto* command = std::get_if<Command>(&parsed)) return execute(*command);
  const auto& exit = std::get<Exit>(parsed);
  std::fwrite(exit.text.data(), 1, exit.text.size(), exit.code == 0 ? stdout : stderr);
  return exit.code;
}
