/// Splits at spaces; double quotes keep spaces and are taken away. There is no shell, so nothing else is special.
package func splitArguments(_ text: String) -> [String] {
  var words: [String] = []
  var word = ""
  var isQuoted = false
  var isWord = false
  for character in text {
    switch character {
    case "\"":
      isQuoted.toggle()
      isWord = true
    case " ", "\t":
      if isQuoted {
        word.append(character)
      } else if isWord {
        words.append(word)
        word = ""
        isWord = false
      }
    default:
      word.append(character)
      isWord = true
    }
  }
  return isWord ? words + [word] : words
}

/// A path that names a directory without saying so.
package func withoutTrailingSlash(_ path: String) -> String {
  path.count > 1 && path.hasSuffix("/") ? withoutTrailingSlash(String(path.dropLast())) : path
}
