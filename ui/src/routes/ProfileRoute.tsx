export { ProfilePage as ProfileRoute } from "../features/people/ProfilePage";
