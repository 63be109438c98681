# Shellwords: words as a Bourne shell reads and writes them.

module Shellwords
  PLAIN = /[A-Za-z0-9_\-.,:+\/@]/
  private_constant :PLAIN

  def self.split(line)
    raise ArgumentError, "NUL character" if line.include?("\0")

    words = []
    word = nil
    quote = nil
    characters = line.chars
    until characters.empty?
      character = characters.shift
      if quote == "'"
        character == "'" ? quote = nil : word << character
      elsif quote == '"'
        if character == '"'
          quote = nil
        elsif character == "\\" && '$`"\\'.include?(characters.first.to_s) && characters.first
          word << characters.shift
        elsif character == "\\" && characters.first == "\n"
          word << characters.shift
        else
          word << character
        end
      elsif character.match?(/\s/)
        words << word if word
        word = nil
      else
        word ||= +""
        case character
        when "'", '"' then quote = character
        when "\\" then word << (characters.shift || character)
        else word << character
        end
      end
    end
    raise ArgumentError, "Unmatched quote: #{line.inspect}" if quote

    words << word if word
    words
  end

  def self.escape(word)
    word = word.to_s
    return "''" if word.empty?
    word.each_char.map { |c| c == "\n" ? "'\n'" : c.match?(PLAIN) ? c : "\\#{c}" }.join
  end

  def self.join(words)
    words.map { |word| escape(word) }.join(" ")
  end

  class << self
    alias shellsplit split
    alias shellwords split
    alias shellescape escape
    alias shelljoin join
  end

  def shellsplit(line) = Shellwords.split(line)
  def shellwords(line) = Shellwords.split(line)
  def shellescape(word) = Shellwords.escape(word)
  def shelljoin(words) = Shellwords.join(words)
  private :shellsplit, :shellwords, :shellescape, :shelljoin
end

class String
  def shellsplit = Shellwords.split(self)
  def shellescape = Shellwords.escape(self)
end

class Array
  def shelljoin = Shellwords.join(self)
end
