# run: migrate
class Member < ActiveRecord::Base
  has_one :avatar
  has_many :posts, autosave: true
  accepts_nested_attributes_for :avatar, update_only: true
  accepts_nested_attributes_for :posts, allow_destroy: true, reject_if: :all_blank
end

class Avatar < ActiveRecord::Base
  belongs_to :member
  validates :icon, presence: true
end

class Post < ActiveRecord::Base
  belongs_to :member
  validates :title, length: { minimum: 2 }
end

class Nested < ActiveRecord::Migration[8.1]
  def up
    create_table(:members) { |t| t.string :name }
    create_table(:avatars) { |t| t.references :member; t.string :icon }
    create_table(:posts) { |t| t.references :member; t.string :title }
    member = Member.create!(name: "m", avatar_attributes: { icon: "smile" }, posts_attributes: [{ title: "one" }, { title: "two" }, { title: "" }])
    say [member.avatar.icon, member.posts.map(&:title)].inspect
    first = member.posts.first
    member.update!(avatar_attributes: { icon: "sad" }, posts_attributes: [{ id: first.id, title: "uno" }, { id: member.posts.last.id, _destroy: "1" }])
    say member.reload.posts.map(&:title).inspect
    say member.update(posts_attributes: [{ title: "x" }]).inspect
    say member.errors.full_messages.inspect
    say member.update(avatar_attributes: { icon: "" }).inspect
    say member.errors.full_messages.inspect
    member.reload.posts.first.title = "changed"
    member.save!
    say Post.first.title
    begin
      member.update!(posts_attributes: [{ id: 999, title: "x" }])
    rescue => e
      say "#{e.class}: #{e.message}"
    end
  end
end
